"""Days that are counted from today: yesterday, last Tues, 2 weeks ago, over the weekend.

"On Tuesday" is today when today is Tuesday; "last Tuesday" is not. What can't be counted (half
term, "ages ago", "last year") is left unread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from bot.language.details.anchor import WEEK, Anchor
from bot.language.details.days import PART, Days, Pattern, one, part_of, span, vocabulary, words

OTHER_DAY = 7
"""Days back to which "the other day" may reach."""
UNITS = {"day": 1, "night": 1, "week": WEEK, "wk": WEEK, "wek": WEEK, "fortnight": 2 * WEEK}
_UNIT = r"(?P<unit>days?|nights?|weeks?|wks?|weeks|weks|fortnights?|months?|mnths?|mths?)"


def counted() -> Iterator[Pattern]:
    yield from _near()
    yield from _weekdays()
    yield from _ago()
    yield from _spans()


def _near() -> Iterator[Pattern]:
    yesterday, today = vocabulary("yesterday"), vocabulary("today")
    yield Pattern(
        re.compile(rf"\b(?:the )?day (?:before|b4|be4) {yesterday}\b(?:'s)?{PART}"),
        lambda match, anchor: one(anchor.days(-2), match["part"]),
    )
    yield Pattern(
        re.compile(r"\b(?:the )?night before last\b"),
        lambda match, anchor: one(anchor.days(-2), "night"),
    )
    yield Pattern(
        re.compile(rf"\b{yesterday}\b(?:'s)?{PART}"),
        lambda match, anchor: one(anchor.days(-1), match["part"]),
    )
    yield Pattern(
        re.compile(r"\bover ?night\b"), lambda match, anchor: one(anchor.days(-1), "night")
    )
    yield Pattern(
        re.compile(r"\b(?:last|lst|late last) (?P<part>night|nite|evening)(?:'s)?\b"),
        lambda match, anchor: one(anchor.days(-1), match["part"]),
    )
    yield Pattern(
        re.compile(
            r"\b(?:earlier )?this (?P<part>morning|mornin|lunch ?time|afternoon|evening)(?:'s)?\b"
        ),
        lambda match, anchor: one(anchor.today, match["part"]),
    )
    yield Pattern(
        re.compile(rf"\b{vocabulary('tonight')}\b"),
        lambda match, anchor: one(anchor.today, "night"),
    )
    yield Pattern(
        re.compile(rf"\b(?:earlier )?{today}\b(?:'s)?{PART}"),
        lambda match, anchor: one(anchor.today, match["part"]),
    )
    yield Pattern(
        re.compile(
            r"\b(?:just now|right now|only now|moments ago|(?:a )?(?:few"
            r"|couple of) (?:minutes|mins|hours|hrs) ago)\b"
        ),
        lambda match, anchor: one(anchor.today),
    )
    yield Pattern(
        re.compile(r"^(?:it was |happened )?(?:now|earlier|earlier on)$"),
        lambda match, anchor: one(anchor.today),
        free=False,
    )
    yield Pattern(
        re.compile(rf"\b(?:the )?day after {vocabulary('tomorrow')}\b{PART}"),
        lambda match, anchor: one(anchor.days(2), match["part"]) if anchor.future else None,
    )
    yield Pattern(
        re.compile(rf"\b{vocabulary('tomorrow')}\b(?:'s)?{PART}"),
        lambda match, anchor: one(anchor.days(1), match["part"]) if anchor.future else None,
    )


def _weekdays() -> Iterator[Pattern]:
    w = words()
    day = rf"(?P<day>{w.weekday})"
    tail = rf"(?:'s)?{PART}(?!s\b)"
    week = r"(?:week|wk)"
    yield Pattern(
        re.compile(rf"\ba {week} (?:ago )?(?:on |last |this )?(?:last |past |gone )?{day}\b{tail}"),
        lambda match, anchor: _weekday(match, anchor, weeks=1),
    )
    yield Pattern(
        re.compile(
            rf"\b(?P<count>{w.number}|a couple of|a couple) (?:weeks|wks) ago,? (?:on |the |last )*"
            rf"{day}\b{tail}"
        ),
        _weeks_ago,
    )
    yield Pattern(
        re.compile(
            rf"\b(?:the |on )*(?:last )?{day},? (?:a {week} (?:ago|back)|before last){tail}"
        ),
        lambda match, anchor: _weekday(match, anchor, weeks=1),
    )
    yield Pattern(
        re.compile(
            rf"\b(?:on )?{day}\b(?:'s)?{PART},? (?:of )?(?P<which>last|this) {week}\b"
            rf"|\b(?P<which2>last|this|next) {week},? (?:on )?(?P<day2>{w.weekday})\b(?:'s)?"
            rf"(?: (?P<part2>morning|afternoon|evening|night|lunchtime))?\b"
        ),
        _in_week,
    )
    yield Pattern(
        re.compile(
            rf"\b(?:on )?(?:last |this )?{day}{PART},? (?:just )?(?:gone|passed|just past)\b"
        ),
        lambda match, anchor: _weekday(match, anchor, strictly=True),
    )
    yield Pattern(
        re.compile(rf"\b{day} last\b(?! (?:week|year|term|month|night))"),
        lambda match, anchor: _weekday(match, anchor, strictly=True),
    )
    yield Pattern(
        re.compile(rf"\b(?:last|lst|past|this past)(?: on)? {day}\b{tail}"),
        lambda match, anchor: _weekday(match, anchor, strictly=True),
    )
    yield Pattern(
        re.compile(rf"\b(?:next|this coming|coming) {day}\b{tail}"),
        lambda match, anchor: _weekday(match, anchor, strictly=True) if anchor.future else None,
    )
    # "Sat", "sun" and "mon" are words, or bits of them, so they need one beside them.
    yield Pattern(
        re.compile(
            rf"\b(?:on|since|this|from|until|by|and|to|between|of|every|each) {day}\b{tail}"
            rf"|(?:^|(?<=[,;:(] ))(?P<day2>{w.weekday})(?=[,;:)]|$| (?:\d|at \d|about|around"
            rf"|morning|am\b|pm\b|afternoon|evening|night|lunch|break|period|p\d))"
            rf"(?: (?P<part2>morning|afternoon|evening|night|lunchtime))?"
            rf"|\b(?P<day3>{w.sure_weekday})\b(?! (?:league|school|prayers|roast|paper|times"
            rf"|mail)\b)(?:'s)?(?: (?:in the |at )?(?P<part3>morning"
            rf"|afternoon|evening|night|lunchtime|lunch))?\b(?!s\b)"
            rf"|\b(?P<day4>{w.weekday}) (?P<part4>morning|afternoon|evening|night"
            rf"|lunchtime|nite|eve|after school)\b(?!s\b)"
            rf"|\b(?P<day5>{w.weekday})(?= ?(?:-|to|till|until) ?(?:{w.weekday})\b)"
        ),
        lambda match, anchor: _weekday(match, anchor),
    )


def _weekday(
    match: re.Match[str], anchor: Anchor, *, strictly: bool = False, weeks: int = 0
) -> Days | None:
    said = match.groupdict()
    day = next(filter(None, (said.get(name) for name in ("day", "day2", "day3", "day4", "day5"))))
    part = next(
        filter(None, (said.get(name) for name in ("part", "part2", "part3", "part4"))), None
    )
    nearest = anchor.weekday(words().weekdays[day], strictly=strictly or bool(weeks))
    step = WEEK * weeks * (1 if anchor.future else -1)
    plain = not (strictly or weeks)
    return one(nearest + timedelta(days=step), part, plain=plain)


def _weeks_ago(match: re.Match[str], anchor: Anchor) -> Days | None:
    count = words().count(match["count"])
    if anchor.future or count > 52:
        return None
    monday, _ = anchor.week(-count)
    return one(monday + timedelta(days=words().weekdays[match["day"]]), match["part"])


def _in_week(match: re.Match[str], anchor: Anchor) -> Days | None:
    which = match["which"] or match["which2"]
    number = words().weekdays[match["day"] or match["day2"]]
    monday, _ = anchor.week({"last": -1, "this": 0, "next": 1}[which])
    day = monday + timedelta(days=number)
    return one(day, match["part"] or match["part2"]) if anchor.fits(day) else None


def _ago() -> Iterator[Pattern]:
    w = words()
    yield Pattern(
        re.compile(
            rf"\b(?P<rough>(?:about|around|roughly|nearly|over|like|maybe) )?"
            rf"(?P<count>{w.number}|a couple of|a couple) {_UNIT} (?:ago|back)\b{PART}"
        ),
        _days_ago,
    )
    yield Pattern(
        re.compile(r"\b(?:a )?(?:few|several) (?:days|nights) (?:ago|back)\b"),
        lambda match, anchor: _back_to_today(anchor, OTHER_DAY),
    )
    yield Pattern(
        re.compile(
            rf"\b(?:in )?(?P<count>{w.number}|a couple of) {_UNIT}(?:'s|s')?(?: time| from now)?\b"
        ),
        _days_ahead,
        free=False,
    )
    yield Pattern(
        re.compile(
            rf"\b(?:(?:over|in|for|during|within|throughout) )?(?:the |this )?(?:past|last) "
            rf"(?:(?P<count>{w.number}|few|several) )?(?P<unit>days|weeks?(?! of)|wks"
            rf"|fortnight|months?)\b"
            rf"|\b(?:been|keeps?|kept|going on|ongoing)(?: \w+){{0,6}}? for (?:about "
            rf"|around |nearly |over |the )?"
            rf"(?P<count2>{w.number}|few|several) (?P<unit2>days?|weeks?|wks?|fortnight|months?)\b"
            rf"|\bfor (?P<count3>{w.number}) (?P<unit3>days?|weeks?|fortnight|months?) now\b"
        ),
        _for_so_long,
    )


def _days_ago(match: re.Match[str], anchor: Anchor) -> Days | None:
    if anchor.future:
        return None
    count = words().count(match["count"])
    unit = match["unit"].removesuffix("s")
    about = bool(unit not in ("day", "night") or "couple" in match["count"] or match["rough"])
    part = "night" if unit == "night" else match["part"]
    if unit in UNITS:
        return one(anchor.days(-count * UNITS[unit]), part, about=about)
    return one(anchor.months(-count) if count <= 24 else None, about=True)


def _days_ahead(match: re.Match[str], anchor: Anchor) -> Days | None:
    if not anchor.future:
        return None
    count, unit = words().count(match["count"]), match["unit"].removesuffix("s")
    return one(anchor.days(count * UNITS[unit]) if unit in UNITS else anchor.months(count))


def _for_so_long(match: re.Match[str], anchor: Anchor) -> Days | None:
    unit = (match["unit"] or match["unit2"] or match["unit3"]).removesuffix("s")
    said = match["count"] or match["count2"] or match["count3"]
    # "Last week" is the one from Monday to Sunday; "the past week" is the seven days till now.
    if said is None and unit in ("week", "month") and "past" not in match[0]:
        return None if anchor.future else _last(unit, anchor)
    if said in ("few", "several"):
        return _back_to_today(anchor, OTHER_DAY) if unit == "day" else None
    count = words().count(said or "a")
    if unit in UNITS:
        return _back_to_today(anchor, count * UNITS[unit])
    first = anchor.months(-count) if count <= 24 else None
    return None if first is None or anchor.future else Days(first, anchor.today, about=True)


def _last(unit: str, anchor: Anchor) -> Days | None:
    if unit == "week":
        return span(anchor.week(-1), anchor)
    before = anchor.months(-1)
    return span(anchor.month(before.month, before.year), anchor) if before else None


def _back_to_today(anchor: Anchor, days: int) -> Days | None:
    first = anchor.days(-days)
    return None if first is None or anchor.future else Days(first, anchor.today, about=True)


def _spans() -> Iterator[Pattern]:
    w = words()
    yield Pattern(
        re.compile(r"\bthe other (?P<part>day|night|evening|morning|afternoon)\b"),
        lambda match, anchor: _other_day(match, anchor),
    )
    yield Pattern(
        re.compile(r"\b(?:the )?(?:week|wk) before last\b"),
        lambda match, anchor: span(anchor.week(-2), anchor),
    )
    yield Pattern(
        re.compile(r"\bweekend before last\b|\bweekend before (?:that|this)\b"),
        lambda match, anchor: span(anchor.weekend(1), anchor),
    )
    yield Pattern(
        re.compile(
            r"\b(?:(?:at|over|on|during|all) )?(?:the |this )?(?P<last>last "
            r"|past )?(?:weekend|wkend|wkd|week end)"
            r"(?P<gone> (?:just )?gone)?\b(?!s\b)"
        ),
        _weekend,
    )
    yield Pattern(
        re.compile(
            r"\b(?:(?:earlier|all|during|sometime) )?this (?P<unit>week|month)\b(?!end)"
            r"|\ball week\b"
        ),
        lambda match, anchor: span(
            anchor.week(0) if match["unit"] != "month" else anchor.month(anchor.today.month), anchor
        ),
    )
    yield Pattern(
        re.compile(
            rf"\b(?:in|since|during|throughout|last)(?: early| late| mid| about| around| last)? "
            rf"(?P<month>{w.month})\b(?: (?P<year>20\d\d|last year))?"
            rf"|\b(?P<month2>{w.month}),? (?P<year2>20\d\d|last year)\b"
        ),
        lambda match, anchor: span(
            anchor.month(
                w.months[match["month"] or match["month2"]],
                _year(match["year"] or match["year2"], anchor),
            ),
            anchor,
            plain=True,
        ),
    )


def _year(said: str | None, anchor: Anchor) -> int | None:
    return anchor.today.year - 1 if said == "last year" else int(said) if said else None


def _other_day(match: re.Match[str], anchor: Anchor) -> Days | None:
    found = _back_to_today(anchor, OTHER_DAY)
    return found._replace(part=part_of(match["part"])) if found else None


def _weekend(match: re.Match[str], anchor: Anchor) -> Days | None:
    """On a Saturday or Sunday, "last weekend" is the one before."""
    on_it = anchor.today.weekday() >= 5
    return span(anchor.weekend(1 if match["last"] and on_it else 0), anchor)
