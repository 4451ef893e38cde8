"""What a form says becomes one entry, or one sentence on what is wrong with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.entries import Entry
from bot.cases.workflow import Status
from bot.desk.steps import LONGEST, LONGEST_MESSAGE, READ, Case, Step, read_step
from bot.errors import BotError

TODAY = date(2026, 3, 2)
REFERENCE = "SP-7KQ4-XM2D"


def case(kind: str = "incident", status: Status = "open") -> Case:
    return Case(REFERENCE, kind, status, {1, 2}, TODAY, to_do={4})


@pytest.mark.parametrize(
    ("what", "form", "entry", "moves"),
    [
        ("note", {"text": " Rang home. "}, Entry("note", "Rang home."), False),
        ("private-note", {"text": "x"}, Entry("private-note", "x"), False),
        ("correction", {"text": "x"}, Entry("correction", "x"), False),
        (
            "action",
            {"text": "Ring home", "owner": "2", "due": "2026-03-05"},
            Entry("action", "Ring home", owner=2, due=date(2026, 3, 5)),
            False,
        ),
        (
            "done",
            {"action": "4", "text": " Spoke to his mother. "},
            Entry("done", "Spoke to his mother.", settles=4),
            False,
        ),
        ("done", {"action": "4"}, Entry("done", settles=4), False),
        (
            "referral",
            {"toward": "the LADO", "text": ""},
            Entry("referral", toward="the LADO", status="waiting"),
            True,
        ),
        ("link", {"link": "sp 2222 2222"}, Entry("link", link="SP-2222-2222"), False),
        (
            "close",
            {"text": "Talked to both."},
            Entry("move", "Talked to both.", status="closed"),
            True,
        ),
        (
            "close",
            {"text": "Talked to both.", "lessons": " Teach it earlier. "},
            Entry("move", "Talked to both.", status="closed", lessons="Teach it earlier."),
            True,
        ),
    ],
)
def test_a_form_becomes_an_entry(
    what: str, form: dict[str, str], entry: Entry, moves: bool
) -> None:
    assert read_step(what, form, case()) == Step(entry, moves)


def test_a_message_goes_to_whoever_can_be_reached_and_may_wait_for_the_answer() -> None:
    asked = {"text": "When was it?"}
    assert read_step("message", asked, case()) == Step(Entry("to-reporter", "When was it?"))
    waits = Entry("to-reporter", "When was it?", status="waiting")
    assert read_step("message", {**asked, "waits": "1"}, case()) == Step(waits, moves=True)
    for status in ("waiting", "closed"):
        told = read_step("message", {**asked, "waits": "1"}, case(status=status))
        assert told == Step(Entry("to-reporter", "When was it?"))
    with pytest.raises(BotError, match="through the bot"):
        read_step("message", asked, replace(case(), reachable=False))


def test_a_decision_needs_what_belongs_to_it() -> None:
    asked = case("permission")
    form = {"outcome": "approved", "review": "2027-03-01", "text": "Fine."}
    assert read_step("decide", form, asked).entry == Entry(
        "decision", "Fine.", outcome="approved", review=date(2027, 3, 1), status="closed"
    )
    for wrong in (
        {**form, "outcome": "perhaps"},
        {**form, "review": ""},
        {**form, "review": "2026-03-02"},
        {**form, "conditions": "only on Fridays"},
        {"outcome": "declined"},
        {"outcome": "approved-with-conditions", "review": "2027-03-01"},
    ):
        with pytest.raises(BotError):
            read_step("decide", wrong, asked)
    with pytest.raises(BotError, match="no yes or no"):
        read_step("decide", form, case("incident"))


@pytest.mark.parametrize(
    ("what", "form"),
    [
        ("note", {}),
        ("note", {"text": " \n"}),
        ("note", {"text": "x" * (LONGEST + 1)}),
        ("message", {"text": " "}),
        ("message", {"text": "x" * (LONGEST_MESSAGE + 1)}),
        ("action", {"text": "x", "owner": "3"}),
        ("action", {"text": "x", "owner": "²"}),
        ("action", {"text": "x", "owner": "1", "due": "tomorrow"}),
        ("done", {"text": "x"}),
        ("done", {"action": "5"}),
        ("done", {"action": "²"}),
        ("referral", {"text": "x"}),
        ("link", {"link": "SP-1"}),
        ("link", {"link": REFERENCE}),
        ("close", {"lessons": "x"}),
        ("close", {"text": "x", "lessons": "x" * (LONGEST + 1)}),
        ("reopen", {}),
        ("take", {}),
        ("move", {"text": "x"}),
        ("from-reporter", {"text": "x"}),
        ("", {}),
    ],
)
def test_what_cannot_be_done_is_said(what: str, form: dict[str, str]) -> None:
    with pytest.raises(BotError) as raised:
        read_step(what, form, case())
    assert str(raised.value).endswith(".")


@given(
    st.sampled_from(sorted(READ)),
    st.dictionaries(
        st.sampled_from(["text", "owner", "action", "due", "review", "toward", "link", "outcome"]),
        st.one_of(st.text(), st.sampled_from(["1", "approved", "2026-09-01"])),
    ),
    st.sampled_from(["received", "seen", "open", "waiting", "closed", "reopened"]),
)
def test_no_form_breaks_it_or_speaks_for_the_reporter(
    what: str, form: dict[str, str], status: Status
) -> None:
    try:
        step = read_step(what, form, case("permission", status))
    except BotError:
        return
    assert step.entry.kind != "from-reporter"
    assert step.moves == bool(step.entry.status)
