"""Days and times as people write them, read as in Britain and never after today."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.details.days import PARTS
from bot.language.details.reading import read
from bot.language.details.when import When, read_date

NOW = datetime(2026, 3, 5, 9, 10)
"""A Thursday."""

D = date


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("3/3", D(2026, 3, 3)),
        ("12/3", D(2025, 3, 12)),
        ("03/03/2026", D(2026, 3, 3)),
        ("3.3.26", D(2026, 3, 3)),
        ("3-3-26", D(2026, 3, 3)),
        ("2026-03-03", D(2026, 3, 3)),
        ("3 march", D(2026, 3, 3)),
        ("3rd of March", D(2026, 3, 3)),
        ("3rd March 2026", D(2026, 3, 3)),
        ("March 3rd", D(2026, 3, 3)),
        ("march 3", D(2026, 3, 3)),
        ("3 mar", D(2026, 3, 3)),
        ("third of march", D(2026, 3, 3)),
        ("tuesday 3rd", D(2026, 3, 3)),
        ("Tues the 3rd of March", D(2026, 3, 3)),
        ("the 3rd", D(2026, 3, 3)),
        ("on the 28th", D(2026, 2, 28)),
        ("last tues", D(2026, 3, 3)),
        ("Tuesday", D(2026, 3, 3)),
        ("on tuesday", D(2026, 3, 3)),
        ("tuesday gone", D(2026, 3, 3)),
        ("Tuesday just gone", D(2026, 3, 3)),
        ("this tuesday", D(2026, 3, 3)),
        ("teusday", D(2026, 3, 3)),
        ("the day before yesterday", D(2026, 3, 3)),
        ("day b4 yesterday", D(2026, 3, 3)),
        ("2 days ago", D(2026, 3, 3)),
        ("a couple of days ago", D(2026, 3, 3)),
        ("two days ago at 4", D(2026, 3, 3)),
        ("thursday", D(2026, 3, 5)),
        ("last thursday", D(2026, 2, 26)),
        ("a week last tuesday", D(2026, 2, 24)),
        ("a week ago tuesday", D(2026, 2, 24)),
        ("tuesday of last week", D(2026, 2, 24)),
        ("last week on wednesday", D(2026, 2, 25)),
        ("the monday before last", D(2026, 2, 23)),
        ("2 weeks ago", D(2026, 2, 19)),
        ("a fortnight ago", D(2026, 2, 19)),
        ("a week ago", D(2026, 2, 26)),
        ("a month ago", D(2026, 2, 5)),
        ("yesterday", D(2026, 3, 4)),
        ("yest", D(2026, 3, 4)),
        ("yesturday afternoon", D(2026, 3, 4)),
        ("last night", D(2026, 3, 4)),
        ("this morning", D(2026, 3, 5)),
        ("today", D(2026, 3, 5)),
        ("just now", D(2026, 3, 5)),
        ("an hour ago", D(2026, 3, 5)),
        ("Sat", D(2026, 2, 28)),
        ("sunday evening", D(2026, 3, 1)),
        ("1st jan", D(2026, 1, 1)),
        ("25 December", D(2025, 12, 25)),
        ("Boxing Day", D(2025, 12, 26)),
        ("It was on Friday 27th February.", D(2026, 2, 27)),
    ],
)
def test_a_date_is_read_as_it_is_written(text: str, day: date) -> None:
    assert read_date(text, NOW) == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "banana",
        "8 messages",
        "I don't know",
        "last week",
        "31/2",
        "3/14",
        "next tuesday",
        "tomorrow",
        "12/3/2030",
        "over half term",
        "ages ago",
        "monday and wednesday",
        "tuesday 4th march",
        "every monday",
    ],
)
def test_what_is_no_single_past_day_is_no_date(text: str) -> None:
    assert read_date(text, NOW) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("tomorrow", D(2026, 3, 6)),
        ("tuesday", D(2026, 3, 10)),
        ("next friday", D(2026, 3, 6)),
        ("12/3", D(2026, 3, 12)),
        ("3rd of march", D(2027, 3, 3)),
        ("the 14th", D(2026, 3, 14)),
        ("in 2 weeks", D(2026, 3, 19)),
        ("1 sept", D(2026, 9, 1)),
        ("today", D(2026, 3, 5)),
        ("yesterday", None),
        ("last friday", None),
        ("12/3/2024", None),
    ],
)
def test_a_date_ahead_is_looked_for_ahead(text: str, day: date | None) -> None:
    assert read_date(text, NOW, future=True) == day


def day(year: int, month: int, number: int, at: str = "", part: str = "") -> When:
    named = next((one for one in PARTS if one == part), None)
    return When(date(year, month, number), time.fromisoformat(at) if at else None, named)


def days(first: date, last: date) -> When:
    return When(start=first, end=last)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a dad sent me a dm on insta last tues about 4pm", day(2026, 3, 3, "16:00")),
        ("Snapchat, yesterday about four", day(2026, 3, 4, "16:00")),
        ("it came yesterday at 4", day(2026, 3, 4, "16:00")),
        ("half eight last night", day(2026, 3, 4, "20:30")),
        ("last night at 11", day(2026, 3, 4, "23:00")),
        ("2am last night he wrote", day(2026, 3, 5, "02:00")),
        ("at 7.45 this morning", day(2026, 3, 5, "07:45")),
        ("this morning at 8", day(2026, 3, 5, "08:00")),
        ("at 8 today", day(2026, 3, 5, "08:00")),
        ("on Monday at quarter past three", day(2026, 3, 2, "15:15")),
        ("on monday at ten to four", day(2026, 3, 2, "15:50")),
        ("monday 2nd march, 16:20", day(2026, 3, 2, "16:20")),
        ("yesterday around 6ish", day(2026, 3, 4, "18:00")),
        ("about nine in the evening on sunday", day(2026, 3, 1, "21:00")),
        ("overnight", day(2026, 3, 4, part="night")),
        ("sunday at noon", day(2026, 3, 1, "12:00")),
        ("at 3 o'clock on friday", day(2026, 2, 27, "15:00")),
        ("on 3/3 4pm", day(2026, 3, 3, "16:00")),
        ("an hour ago", day(2026, 3, 5)),
        ("20 mins ago", day(2026, 3, 5)),
        ("last night", day(2026, 3, 4, part="night")),
        ("yesterday afternoon", day(2026, 3, 4, part="afternoon")),
        ("yesterday at lunch", day(2026, 3, 4, part="midday")),
        ("on Friday after school", day(2026, 2, 27, part="afternoon")),
        ("wednesday night", day(2026, 3, 4, part="night")),
        ("yesterday at 9", day(2026, 3, 4)),
        ("yesterday at 10.40", day(2026, 3, 4, "10:40")),
        ("saturday night about ten", day(2026, 2, 28, "22:00")),
        ("on Tuesday he had 4 friends", day(2026, 3, 3)),
        ("on the 14th a mum wrote", day(2026, 2, 14)),
        ("at 4pm", When(time=time(16))),
        ("parent, twitter, 2 March, 5.45pm", day(2026, 3, 2, "17:45")),
        ("between 3 and 4pm yesterday", day(2026, 3, 4, part="afternoon")),
        ("just after nine in the evening on Monday", day(2026, 3, 2, "21:00")),
        ("it was the Wednesday before last, about twenty past one", day(2026, 2, 25, "13:20")),
        ("in the early hours of Sunday", day(2026, 3, 1, part="night")),
        ("at lunch a boy filmed me", When(part="midday")),
        ("over the weekend", days(D(2026, 2, 28), D(2026, 3, 1))),
        ("the week before last", days(D(2026, 2, 16), D(2026, 2, 22))),
        ("last week", days(D(2026, 2, 23), D(2026, 3, 1))),
        ("since September", days(D(2025, 9, 1), D(2026, 3, 5))),
        ("since monday", days(D(2026, 3, 2), D(2026, 3, 5))),
        ("the other day", days(D(2026, 2, 26), D(2026, 3, 5))),
        ("in february", days(D(2026, 2, 1), D(2026, 2, 28))),
        ("from monday to wednesday", days(D(2026, 3, 2), D(2026, 3, 4))),
        ("on monday and again on tuesday", days(D(2026, 3, 2), D(2026, 3, 3))),
        ("for the past two weeks", days(D(2026, 2, 19), D(2026, 3, 5))),
        ("this week", days(D(2026, 3, 2), D(2026, 3, 5))),
        ("yesterday my daughter was sent this", day(2026, 3, 4)),
        ("she told me this morning, it was on monday", day(2026, 3, 2)),
    ],
)
def test_when_is_found_in_a_sentence(text: str, expected: When) -> None:
    found = read(text, NOW).when
    assert found is not None
    assert (found.date, found.time, found.part) == (expected.date, expected.time, expected.part)
    assert (found.start, found.end) == (expected.start, expected.end)


@pytest.mark.parametrize(
    "text",
    [
        "8 messages from a pupil in year 9",
        "10 kids in my class",
        "he sent about four messages",
        "she is about four",
        "a 9 year old at 3 schools",
        "it's on 24/7",
        "the 3rd time this has happened",
        "1/2 of the class saw it",
        "she sat next to me",
        "they may post it again",
        "he wants to meet her on Saturday",
        "parents evening is on tuesday",
        "I need an answer by friday",
        "it happens every monday",
        "on mondays he messages me",
        "over half term",
        "at christmas",
        "years 7 and 8",
        "see you monday",
        "room 12, pc 7",
        "a second account",
        "I march them in at the double",
        "a pupil rated me 2/10",
        "my daughter told me yesterday",
        "the Thursday before half term",
        "a lunchtime supervisor saw it",
        "he keeps ringing at 2am",
        "her sister joins reception in September",
    ],
)
def test_numbers_and_plans_are_no_time(text: str) -> None:
    assert read(text, NOW).when is None


@pytest.mark.parametrize(
    ("text", "now", "words"),
    [
        (
            "yesterday about four",
            datetime(2026, 3, 2, 9),
            "Sunday 1 March, about four in the afternoon",
        ),
        ("last tues", NOW, "Tuesday 3 March"),
        ("on the 14th at half eight at night", NOW, "Saturday 14 February, at half past eight in"),
        ("two weeks ago", NOW, "about Thursday 19 February"),
        ("since september", NOW, "some time since Monday 1 September 2025"),
        ("last week", NOW, "between Monday 23 February and Sunday 1 March"),
        ("at the weekend", NOW, "Saturday 28 February or Sunday 1 March"),
        ("at lunch", NOW, "around lunchtime"),
        ("at 4.20pm", NOW, "at 4.20pm"),
    ],
)
def test_it_is_said_back_in_plain_words(text: str, now: datetime, words: str) -> None:
    found = read(text, now).when
    assert found is not None
    assert found.words(now).startswith(words)


PIECES = st.sampled_from(
    """yesterday last on the tues monday 3rd 31st of march feb may 3/4 29/2 2026 at about four 4pm
    half eight ago 2 weeks days month since from to between and this night weekend other next , .
    99/99 0000-00-00 24:61 999 fri until for past boxing day september""".split()  # noqa: SIM905
)
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31))


@given(st.one_of(st.text(), st.lists(PIECES, max_size=12).map(" ".join)), MOMENTS)
@settings(max_examples=400, deadline=None)
def test_nothing_is_read_that_lies_ahead(text: str, now: datetime) -> None:
    found = read(text, now).when
    asked = read_date(text, now)
    assert asked is None or asked <= now.date()
    ahead = read_date(text, now, future=True)
    assert ahead is None or ahead >= now.date()
    if found:
        assert found.words(now)
        assert all(d <= now.date() for d in (found.date, found.start, found.end) if d)
        assert bool(found.start) == bool(found.end)
        if found.start and found.end:
            assert found.start <= found.end
        if found.date == now.date() and found.time:
            assert found.time <= now.time()


@given(st.dates(date(2021, 1, 1), date(2030, 1, 1)), st.integers(0, 300))
@settings(max_examples=100, deadline=None)
def test_a_full_date_is_read_back(told: date, later: int) -> None:
    now = datetime.combine(told, time(9)) + timedelta(days=later)
    for form in ("%d/%m/%Y", "%Y-%m-%d", "%d %B %Y", "%A %d %b %Y", "%d.%m.%y"):
        assert read_date(told.strftime(form), now) == told, form
