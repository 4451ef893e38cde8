"""A register says what its records say, and when each is looked at again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timezone
from pathlib import Path

import pytest
import yaml

from bot.cases.entries import Entry, KeptEntry, OpenedCase
from bot.cases.records import OpenedRecord, RecordKind
from bot.cases.registers import (
    HEADLINE,
    KIND_OF,
    REGISTERS,
    RUN_BY,
    a_year_on,
    registered,
    review_day,
)
from tests.cases.people import record

AT = datetime(2026, 3, 2, 9, tzinfo=timezone.utc)
TODAY = date(2026, 3, 10)
SOON, PAST = date(2026, 9, 1), date(2026, 3, 10)
ACCOUNT = (("App or site", "Instagram"), ("Run by", "Ann Lee, teacher"), ("And by", "Ben Kaur"))
DOMAIN = Path("stories/domain")


def case(kind: RecordKind, status: str, *entries: Entry, facts=()) -> OpenedCase:  # type: ignore[no-untyped-def]
    told = record(kind, facts=facts)
    kept = tuple(KeptEntry(place, 1, AT, entry) for place, entry in enumerate(entries, 1))
    return OpenedCase(OpenedRecord(told, status, AT), kept, (), len(entries))


def decision(outcome: str, review: date | None = None, conditions: str = "") -> Entry:
    return Entry("decision", "why", outcome=outcome, review=review, conditions=conditions)


def test_an_application_becomes_an_account_with_those_who_run_it() -> None:
    yes = decision("approved-with-conditions", SOON, "two people")
    found = registered(case("account-application", "closed", yes, facts=ACCOUNT), TODAY)
    assert (found.register, found.about) == ("accounts", "Instagram")
    assert found.run_by == ("Ann Lee, teacher", "Ben Kaur")
    assert (found.standing, found.conditions) == ("approved-with-conditions", "two people")
    assert (found.review, found.due) == (SOON, False)


@pytest.mark.parametrize(
    ("status", "entries", "standing", "due"),
    [
        ("open", (), "undecided", False),
        ("closed", (), "undecided", False),
        ("closed", (decision("approved", PAST),), "approved", True),
        ("closed", (decision("approved", PAST), decision("declined")), "declined", False),
        ("closed", (decision("declined", PAST),), "declined", False),
        ("reopened", (decision("approved", PAST),), "under-review", True),
    ],
)
def test_the_last_decision_stands(
    status: str, entries: tuple[Entry, ...], standing: str, due: bool
) -> None:
    found = registered(case("declaration", status, *entries), TODAY)
    assert (found.standing, found.due) == (standing, due)


def test_who_confirmed_does_so_again_in_a_year() -> None:
    facts = (("Policy", "Social Media Policy (March 2022)"), ("Version of the answers", "abc"))
    found = registered(case("acknowledgement", "received", facts=facts), TODAY)
    assert (found.standing, found.version) == ("confirmed", "abc")
    assert found.about == "Social Media Policy (March 2022)"
    assert (found.review, found.due) == (date(2027, 3, 2), False)


@pytest.mark.parametrize(
    ("closed_on", "renewed", "review"),
    [
        (AT, False, date(2027, 3, 2)),
        (datetime(2027, 3, 1, 9, tzinfo=timezone.utc), False, date(2027, 3, 2)),
        # Somebody looked on the day or later, or there is a newer one.
        (datetime(2027, 3, 2, 9, tzinfo=timezone.utc), False, None),
        (AT, True, None),
    ],
)
def test_a_confirmation_is_due_until_it_was_looked_at_or_made_anew(
    closed_on: datetime, renewed: bool, review: date | None
) -> None:
    found = case("acknowledgement", "closed", Entry("move", status="closed"))
    (kept,) = found.entries
    found = replace(found, entries=(replace(kept, at=closed_on),))
    entry = registered(found, date(2027, 4, 1), renewed=renewed)
    assert (entry.review, entry.due) == (review, review is not None)


def test_a_leap_days_year_ends() -> None:
    assert a_year_on(date(2028, 2, 29)) == date(2029, 3, 1)
    assert a_year_on(date(2026, 11, 28)) == date(2027, 11, 28)


def test_other_kinds_have_no_register() -> None:
    with pytest.raises(ValueError, match="no register"):
        registered(case("incident", "closed"), TODAY)
    assert review_day("permission", AT, "approved", SOON) == SOON


@pytest.mark.parametrize("register", ["declarations", "accounts"])
def test_the_labels_are_those_of_the_questions(register: str) -> None:
    assert register in REGISTERS
    written = yaml.safe_load((DOMAIN / f"{KIND_OF[register]}.yml").read_text("utf-8"))
    labels = {
        one.get("metadata", {}).get("label")
        for said in written["responses"].values()
        for one in said
    }
    wanted = HEADLINE[register] + (RUN_BY if register == "accounts" else ())
    assert set(wanted) <= labels
