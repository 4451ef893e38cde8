"""Says a day and a time back with its date, since whoever reads it later has another yesterday."""

from __future__ import annotations

from datetime import date, time, timedelta

from bot.language.details.days import Part

_HOURS = (
    *("twelve", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven"),
)
_PARTS: dict[Part, str] = {
    "morning": "in the morning",
    "midday": "around lunchtime",
    "afternoon": "in the afternoon",
    "evening": "in the evening",
    "night": "at night",
}


def day_words(day: date | None, first: date | None, last: date | None, today: date) -> str:
    if day is not None:
        return _dated(day, today)
    if first is None or last is None:
        return ""
    if last == today:
        return f"some time since {_dated(first, today)}"
    if (last - first) == timedelta(days=1):
        return f"{_dated(first, today)} or {_dated(last, today)}"
    return f"between {_dated(first, today)} and {_dated(last, today)}"


def clock_words(at: time | None, part: Part | None, about: bool) -> str:
    if at is None:
        return _PARTS[part] if part else ""
    roughly = "about " if about else "at "
    if (at.hour, at.minute) in ((0, 0), (12, 0)):
        return roughly + ("midday" if at.hour else "midnight")
    hour = _HOURS[at.hour % 12]
    steps = {0: hour, 15: f"quarter past {hour}", 30: f"half past {hour}"}
    steps[45] = f"quarter to {_HOURS[(at.hour + 1) % 12]}"
    if at.minute in steps:
        return f"{roughly}{steps[at.minute]} {_half_of_day(at.hour)}"
    return f"{roughly}{(at.hour - 1) % 12 + 1}.{at.minute:02}{'am' if at.hour < 12 else 'pm'}"


def _half_of_day(hour: int) -> str:
    for part, begins in (("night", 22), ("evening", 17), ("afternoon", 12), ("morning", 5)):
        if hour >= begins:
            return "at night" if part == "night" else f"in the {part}"
    return "at night" if hour == 0 else "in the morning"


def _dated(day: date, today: date) -> str:
    year = "" if day.year == today.year or (today - day).days < 120 else f" {day.year}"
    return f"{day:%A} {day.day} {day:%B}{year}"
