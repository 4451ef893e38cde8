"""Who is told what, and when, until a record was seen and settled."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.calendar import LONDON, Calendar
from bot.cases.reminders import Plan, Watched, Watcher, due, plan
from bot.holidays import bank_holidays

PLAIN = Calendar(bank_holidays([2026]))
LEAD, COPY = Watcher(1, 0), Watcher(9, 0, copied=True)
DEPUTY, HEAD = Watcher(2, 1), Watcher(3, 2)
UNKEYED = Watcher(4, 3, keyed=False)
LINE = (LEAD, COPY, DEPUTY, HEAD)
MINUTE = timedelta(minutes=1)


def london(text: str) -> datetime:
    moment = datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=LONDON)
    return moment.astimezone(timezone.utc)


def told(opened: str, severity: str = "serious", line: tuple[Watcher, ...] = LINE) -> Watched:
    at = london(opened)
    return Watched("SP-7KQ4-XM2D", "oakfield", "incident", severity, "received", at, at, line)


def taken(watched: Watched, step: Plan) -> Watched:
    assert step.since is not None
    return replace(watched, place=step.place, rounds=step.rounds, since=step.since)


def followed(watched: Watched, until: str, tick: timedelta = MINUTE) -> list[tuple[str, str]]:
    """Every step, with the minder looking when it is to look."""
    steps: list[tuple[str, str]] = []
    now, end = watched.opened_at, london(until)
    while now < end:
        step = plan(watched, 5, PLAIN, now)
        assert step.next_due is None or step.next_due > now
        if step.tell or step.nobody:
            at = f"{now.astimezone(LONDON):%d %H:%M}"
            said = " ".join(f"{one.reader}:{word}" for one, word in step.tell)
            steps.append((at, said + (" nobody" if step.nobody else "")))
        watched = taken(watched, step)
        if step.next_due is None:
            break
        now = max(now + tick, step.next_due)
    return steps


def test_danger_is_passed_on_every_quarter_of_an_hour_also_at_night() -> None:
    assert followed(told("2026-03-07 03:00", "immediate"), "2026-03-07 06:00") == [
        ("07 03:15", "1:remind 2:passed-on"),
        ("07 03:30", "1:remind 2:remind 3:passed-on"),
        ("07 03:45", "1:remind 2:remind 3:remind nobody"),
        ("07 04:45", "1:remind 2:remind 3:remind nobody"),
        ("07 05:45", "1:remind 2:remind 3:remind nobody"),
    ]


@pytest.mark.parametrize(
    ("opened", "steps"),
    [
        # The clocks go forward at one, and there is no quarter past one.
        ("2026-03-29 00:50", ["29 02:05", "29 02:20", "29 02:35", "29 03:35"]),
        # They go back at two: an hour is told twice, and a quarter of it is still one.
        ("2026-10-25 00:50", ["25 01:05", "25 01:20", "25 01:35", "25 01:35", "25 02:35"]),
    ],
)
def test_danger_waits_a_real_quarter_of_an_hour_in_the_nights_of_the_clocks(
    opened: str, steps: list[str]
) -> None:
    taken_at = [at for at, _ in followed(told(opened, "immediate"), opened[:11] + "06:00")]
    assert taken_at[: len(steps)] == steps


def test_something_serious_rests_over_a_weekend_in_which_the_clocks_change() -> None:
    for friday, steps in (
        ("2026-03-27 14:00", ["30 10:00", "30 14:00"]),
        ("2026-10-23 14:00", ["26 10:00", "26 14:00"]),
        # Good Friday and Easter Monday are bank holidays, and so is the day for Boxing Day.
        ("2026-04-02 14:00", ["07 10:00", "07 14:00"]),
        ("2026-12-24 14:00", ["29 10:00", "29 14:00"]),
    ):
        month_end = "2026-04-08 07:00" if "-04-" in friday else f"{friday[:8]}31 07:00"
        assert [at for at, _ in followed(told(friday), month_end)][:2] == steps


def test_something_serious_is_passed_on_after_four_working_hours() -> None:
    assert followed(told("2026-03-06 14:00"), "2026-03-10 12:00") == [
        ("09 10:00", "1:remind 2:passed-on"),
        ("09 14:00", "1:remind 2:remind 3:passed-on"),
        ("10 10:00", "1:remind 2:remind 3:remind nobody"),
    ]


def test_something_routine_is_reminded_of_before_it_is_passed_on() -> None:
    assert followed(told("2026-04-02 10:00", "routine"), "2026-04-10 09:00") == [
        ("07 10:00", "1:remind"),
        ("08 10:00", "1:remind 2:passed-on"),
        ("09 10:00", "1:remind 2:remind 3:passed-on"),
    ]


def test_who_has_no_key_is_asked_to_see_to_it() -> None:
    watched = told("2026-03-02 09:00", "routine", (LEAD, UNKEYED))
    assert followed(watched, "2026-03-04 12:00") == [
        ("03 09:00", "1:remind"),
        ("04 09:00", "1:remind 4:ask-holder"),
    ]


@pytest.mark.parametrize("severity", ["immediate", "serious", "routine"])
def test_whoever_cannot_be_reached_is_passed_over_at_once(severity: str) -> None:
    silent = replace(LEAD, heard=False)
    watched = told("2026-03-02 09:00", severity, (silent, DEPUTY, HEAD))
    step = plan(watched, 5, PLAIN, watched.opened_at)
    assert step.tell == ((DEPUTY, "passed-on"),)
    assert step.next_due is not None


def test_whoever_is_not_there_is_not_waited_for() -> None:
    off = replace(LEAD, here=False)
    watched = told("2026-03-02 09:00", "serious", (off, DEPUTY))
    # Whoever is off was alerted in the same minute, and isn't told twice.
    assert plan(watched, 5, PLAIN, watched.opened_at).tell == ((DEPUTY, "passed-on"),)
    alone = replace(watched, line=(off, replace(DEPUTY, here=False)))
    assert plan(alone, 5, PLAIN, alone.opened_at).tell == ()


def test_when_nobody_can_be_reached_the_administrator_knows() -> None:
    silent = tuple(replace(one, heard=False) for one in LINE)
    watched = told("2026-03-02 09:00", "serious", silent)
    first = plan(watched, 5, PLAIN, watched.opened_at)
    assert (first.nobody, first.tell) == (True, ())
    assert first.next_due is not None
    second = plan(taken(watched, first), 5, PLAIN, watched.opened_at + MINUTE)
    assert not second.nobody, "once, and not every minute"


@pytest.mark.parametrize("severity", ["immediate", "serious", "routine"])
def test_a_weeks_outage_becomes_one_step(severity: str) -> None:
    watched = told("2026-03-02 09:00", severity)
    back = london("2026-03-09 09:00")
    step = plan(watched, 5, PLAIN, back)
    assert {one for one, _ in step.tell} <= {LEAD, DEPUTY}
    assert len(step.tell) == len({one.reader for one, _ in step.tell})
    again = plan(taken(watched, step), 5, PLAIN, back)
    assert (again.tell, again.nobody) == ((), False)
    assert step.next_due is not None
    assert step.next_due > back


def seen(watched: Watched, at: str, status: str = "seen") -> Watched:
    return replace(watched, seen_at=london(at), since=london(at), status=status)


def test_what_was_seen_is_reminded_of_when_it_is_late() -> None:
    watched = seen(told("2026-03-02 09:00"), "2026-03-02 10:00")
    assert followed(watched, "2026-03-23 12:00") == [
        ("09 09:00", "1:late"),
        ("16 09:00", "1:late 2:late"),
        ("23 09:00", "1:late 2:late"),
    ]


def test_what_waits_is_not_late_and_not_forgotten() -> None:
    watched = seen(told("2026-03-02 09:00"), "2026-03-02 10:00", "waiting")
    watched = replace(watched, moved_at=london("2026-03-05 10:00"))
    assert due(watched, 5, PLAIN) is None
    assert followed(watched, "2026-03-13 12:00") == [("12 10:00", "1:waits")]


def test_what_is_closed_is_left_alone() -> None:
    watched = replace(told("2026-03-02 09:00"), status="closed")
    assert plan(watched, 5, PLAIN, london("2026-05-02 09:00")) == Plan(None, since=watched.since)


def test_when_it_is_due() -> None:
    unseen = told("2026-03-02 09:00")
    assert due(unseen, 10, PLAIN) == london("2026-03-02 13:00")
    assert due(seen(unseen, "2026-03-02 10:00"), 10, PLAIN) == london("2026-03-16 09:00")


watchers = st.lists(
    st.builds(
        Watcher,
        st.integers(1, 50),
        st.integers(0, 3),
        st.booleans(),
        st.booleans(),
        st.booleans(),
        st.booleans(),
        st.frozensets(st.integers(0, 6)),
    ),
    max_size=5,
    unique_by=lambda one: one.reader,
)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 6, 1), timezones=st.just(timezone.utc))
states = st.builds(
    lambda line, opened, severity, status, place, rounds, was_seen: Watched(
        "SP-7KQ4-XM2D",
        "oakfield",
        "incident",
        severity,
        status,
        opened,
        opened,
        tuple(line),
        place,
        rounds,
        opened if was_seen else None,
    ),
    watchers,
    moments,
    st.sampled_from(("immediate", "serious", "routine")),
    st.sampled_from(("received", "seen", "open", "waiting", "reopened")),
    st.integers(0, 3),
    st.integers(0, 3),
    st.booleans(),
)


@given(states, st.timedeltas(timedelta(), timedelta(days=40)))
def test_whatever_the_state_it_is_looked_at_again_and_nobody_is_told_twice(
    watched: Watched, later: timedelta
) -> None:
    now = watched.opened_at + later
    step = plan(watched, 5, PLAIN, now)
    assert step.next_due is not None
    assert step.next_due > now
    told_now = [one for one, _ in step.tell]
    assert len(told_now) == len(set(told_now))
    assert set(told_now) <= {one for one in watched.line if one.heard and not one.copied}
    assert step.place >= watched.place
    again = plan(taken(watched, step), 5, PLAIN, now)
    assert (again.tell, again.nobody) == ((), False) or (step.tell, step.nobody) == ((), False)


@given(watchers, moments, st.sampled_from(("immediate", "serious", "routine")))
def test_an_unseen_record_reaches_everybody_or_the_administrator(
    line: list[Watcher], opened: datetime, severity: str
) -> None:
    watched = Watched(
        "SP-7KQ4-XM2D", "oakfield", "incident", severity, "received", opened, opened, tuple(line)
    )
    now, knows, reached = opened, False, set()
    for _ in range(20):
        step = plan(watched, 5, PLAIN, now)
        reached |= {one for one, _ in step.tell}
        knows = knows or step.nobody
        watched = taken(watched, step)
        assert step.next_due is not None
        now = step.next_due
    assert knows
    assert reached == {one for one in line if one.heard and not one.copied}
