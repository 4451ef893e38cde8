"""`records register`, `patterns`, `retention`, `hold` and `people exclude`, as a school does."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, datetime, timezone
from pathlib import Path

import pytest

from bot.cases.entries import Entry
from bot.store import Store
from bot.store.keyring import unlock
from tests.cases.people import record
from tests.store.readers import OAKFIELD, PASSPHRASE, School, add
from tests.verbs.calling import SENTINEL, Bot
from tests.verbs.test_people import call

SCHOOL = "welbeck"
LONG_AGO = datetime(2001, 1, 8, 9, tzinfo=timezone.utc)
CONCERNS = [
    record(
        "staff-concern", "staff", name, reference=f"SP-2222-222{digit}", school=SCHOOL, words="..."
    )
    for digit, name in (("2", "Sam Hall"), ("3", "Mr Hall"), ("4", "S. Hall"))
]
FIRST = CONCERNS[0].reference
TIE = record(
    "declaration",
    "parent",
    severity="routine",
    reference="SP-3333-3333",
    facts=(("Kind of tie", f"Friends\x1b[2J {SENTINEL}"),),
    school=SCHOOL,
)
CONFIRMED = replace(TIE, reference="SP-4444-4444", kind="acknowledgement", subject="none")
SITE = replace(TIE, reference="SP-6666-6666", kind="website-report", subject="none", facts=())
YES = Entry(
    "decision",
    "They are neighbours.",
    outcome="approved-with-conditions",
    conditions="No talk of school.",
    review=date(2001, 6, 1),
    status="closed",
)
LEAD, HEAD = "1", "2"


@pytest.fixture
def school(bot: Bot) -> Bot:
    """Welbeck with a lead and a headteacher, and what came in long ago."""
    asyncio.run(lived(bot.folder))
    return bot


async def lived(folder: Path) -> None:
    store = await Store.open(
        f"sqlite:///{folder / 'own.db'}",
        folder / "own.key",
        now=lambda: LONG_AGO,
        new_id=lambda: "id",
    )
    welbeck = await School.opened(store, SCHOOL)
    lead = await add(store, "Lucy Coull", "dsl", school=SCHOOL)
    head = await add(store, "Ian Rowden", "head", school=SCHOOL)
    assert (str(lead), str(head)) == (LEAD, HEAD)
    for told in (*CONCERNS, TIE, CONFIRMED, SITE):
        await welbeck.hand_in(told, OAKFIELD)
    key = unlock(await store.reader_keys(lead), PASSPHRASE)
    await store.casework.move(TIE.reference, lead, key, YES, 0)
    closing = Entry("move", "blocked", status="closed")
    await store.casework.move(SITE.reference, lead, key, closing, 0)
    await store.close()


def done(bot: Bot, *verb: str) -> str:
    """What a verb prints to whoever knows the passphrase; nothing of that is repeated."""
    ended = call(bot, *verb, said=f"{PASSPHRASE}\n")
    assert (ended.status, ended.err) == (0, ""), ended
    assert PASSPHRASE not in ended.out
    return ended.out


def refused(bot: Bot, *verb: str, said: str = PASSPHRASE) -> str:
    ended = call(bot, *verb, said=f"{said}\n")
    assert ended.out == ""
    assert SENTINEL not in ended.err
    return ended.complaint


def test_a_register_is_printed_of_what_its_reader_can_open(school: Bot) -> None:
    ties = done(school, "records", "register", "declarations", "--reader", LEAD)
    assert ties.splitlines() == [
        f"SP-3333-3333  2001-01-08  staff: Friends\N{REPLACEMENT CHARACTER}[2J {SENTINEL} "
        "(approved with conditions; look again on 2001-06-01 (due))",
        "    conditions: No talk of school.",
    ]
    confirmed = done(school, "records", "register", "acknowledgements", "--reader", LEAD)
    assert confirmed.startswith("SP-4444-4444  2001-01-08  staff:")
    assert confirmed.endswith("(confirmed; look again on 2002-01-08 (due))\n")
    theirs = done(school, "records", "register", "declarations", "--reader", HEAD)
    assert theirs == "There is nothing in it that you can open.\n"
    assert "no register 'pupils'" in refused(
        school, "records", "register", "pupils", "--reader", LEAD
    )
    wrong = refused(
        school, "records", "register", "declarations", "--reader", LEAD, said="wrong horse battery"
    )
    assert "doesn't open" in wrong


def test_a_pattern_is_gone_for_whom_one_of_its_records_is_taken_from(school: Bot) -> None:
    patterns = ("records", "patterns", "--reader")
    both = ", ".join(one.reference for one in CONCERNS)
    pattern = f"3 concerns about Sam Hall, 2001-01-08 to 2001-01-08: {both}\n"
    assert done(school, *patterns, LEAD) == pattern
    exclude = ("people", "exclude", "--school", SCHOOL, LEAD, "--record", FIRST, "--by")
    assert "passphrase doesn't open" in refused(school, *exclude, HEAD, said="wrong horse battery")
    out = done(school, *exclude, HEAD)
    assert out == "Lucy Coull can't open it any more, and isn't told of it.\n"
    assert "no three concerns" in done(school, *patterns, LEAD)
    assert done(school, *patterns, HEAD) == pattern
    assert "nothing under" in refused(school, "records", "read", FIRST, "--reader", LEAD)


def test_what_is_on_hold_stays_when_its_time_is_over(school: Bot) -> None:
    retention = ("records", "retention", "--school", SCHOOL)
    kinds = (TIE, "declaration"), (CONFIRMED, "acknowledgement"), (SITE, "website-report")
    over = [
        f"{one.reference}  {kind}, closed 2001-01-08: its readers are told, and it is erased a "
        "month later"
        for one, kind in kinds
    ]
    dry = call(school, *retention, "--dry-run")
    assert dry.out.splitlines() == [*over, "Nothing was done."]

    hold = ("records", "hold", SITE.reference, "--reader", LEAD, "--reason")
    assert "Say why" in refused(school, *hold, " ")
    assert "nothing under" in refused(school, *hold[:4], HEAD, "--reason", "a court asked")
    assert done(school, *hold, "a court asked") == "SP-6666-6666 is on hold.\n"
    real = call(school, *retention)
    assert real.out.splitlines() == [
        *over[:2],
        "SP-6666-6666  website-report, closed 2001-01-08: kept, as it is on hold",
        "Readers were told of 2; erased: none.",
    ]
    released = done(school, *hold, "it is over", "--release")
    assert released == "SP-6666-6666 is kept for the usual time again.\n"
    again = call(school, *retention, "--dry-run").out.splitlines()
    assert "SP-3333-3333  declaration, closed 2001-01-08: its readers were told; it is" in again[0]
    assert again[2:] == [over[2], "Nothing was done."]
    erased = call(school, "records", "erased", "--school", SCHOOL)
    assert erased.out == f"Nothing has been erased at {SCHOOL}.\n"
