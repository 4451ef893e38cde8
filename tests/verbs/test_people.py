"""`people` and `records`: from the first reader to a report that is read, and every refusal."""

from __future__ import annotations

import asyncio
from datetime import datetime, timezone
from pathlib import Path

import pytest

from bot.cases import SchoolRoutes, hand_over
from bot.messages import Arrival, Reply
from bot.store import Store
from tests.cases.people import record
from tests.store.people import LEASE
from tests.verbs.calling import SENTINEL, Bot, Ended
from tests.verbs.test_chat import Screen

PASSPHRASE = "correct hörse battery"
REFERENCE = "SP-7KQ4-XM2D"
DATABASE = {"database_url": "sqlite:///own.db", "key_file": "own.key"}
LUCY = ("people", "add", "--school", "welbeck", "--name", "Lucy Coull", "--role", "dsl")
IAN = ("people", "add", "--school", "welbeck", "--name", "Ian Rowden", "--role", "head")


def call(bot: Bot, *verb: str, said: str = "") -> Ended:
    return bot.call(*verb, said=said, log_level="DEBUG", **DATABASE)


def added(bot: Bot, *verb: str) -> Ended:
    ended = call(bot, *verb, said=f"{PASSPHRASE}\n")
    assert (ended.status, ended.err) == (0, ""), ended
    assert PASSPHRASE not in ended.out
    return ended


def hand_in(folder: Path) -> None:
    """A report about a pupil, with a sentinel and a terminal's escape in it."""

    async def turn() -> None:
        store = await Store.open(
            f"sqlite:///{folder / 'own.db'}",
            folder / "own.key",
            now=lambda: datetime(2026, 3, 2, 9, tzinfo=timezone.utc),
            new_id=lambda: "id",
        )
        await store.accept(Arrival("web", "1", "web:ann", "welbeck", "staff", "hello"))
        claim = await store.claim("us", LEASE)
        assert claim is not None
        told = record(
            "incident",
            "pupil",
            severity="routine",
            words=f"{SENTINEL}\x1b[2J\u202e",
            facts=(("Where", "on the bus"),),
            school="welbeck",
        )
        routes = SchoolRoutes("Welbeck", {})
        handover = hand_over(told, await store.readers("welbeck"), routes)
        await store.finish(claim, b"", [Reply("It is stored.")], record=handover)
        await store.close()

    asyncio.run(turn())


@pytest.fixture
def sheet(bot: Bot) -> str:
    """A school with two readers and a report; the key on the recovery sheet."""
    first = added(bot, *LUCY, "--email", "lucy@welbeck.example")
    second = added(bot, *IAN, "--role", "slt")
    assert "reader 1 at welbeck" in first.out
    assert "SIGNPOST_SMTP_URL" in first.out
    assert "nobody tells them" in second.out
    assert "RECOVERY" not in second.out
    hand_in(bot.folder)
    lines = first.out.splitlines()
    at = next(number for number, line in enumerate(lines) if "RECOVERY SHEET" in line)
    return " ".join(lines[at + 3 : at + 5])


def test_readers_are_listed_with_how_they_hear_of_reports(bot: Bot, sheet: str) -> None:
    listed = call(bot, "people", "list", "--school", "welbeck").out.splitlines()
    assert listed == [
        "1  Lucy Coull: dsl; told email",
        "2  Ian Rowden: head, slt; told in no way",
    ]
    assert "Nobody receives" in call(bot, "people", "list", "--school", "blean").out


def test_a_report_is_listed_for_all_and_read_by_its_reader(bot: Bot, sheet: str) -> None:
    listed = call(bot, "records", "list", "--school", "welbeck")
    expected = f"{REFERENCE}  2026-03-02 09:00 UTC  incident, routine, received\n"
    assert listed.out == expected
    assert "No report" in call(bot, "records", "list", "--school", "blean").out

    read = call(bot, "records", "read", "sp 7kq4 xm2d", "--reader", "1", said=f"{PASSPHRASE}\n")
    assert (read.status, read.err) == (0, "")
    for line in (f"{REFERENCE}: incident", "Where: on the bus", SENTINEL):
        assert line in read.out
    assert "\x1b" not in read.out
    assert "\u202e" not in read.out


def test_who_may_not_read_is_refused_and_learns_nothing(bot: Bot, sheet: str) -> None:
    def refused(reference: str, reader: str, passphrase: str) -> str:
        verb = ("records", "read", reference, "--reader", reader)
        ended = call(bot, *verb, said=f"{passphrase}\n")
        assert ended.out == ""
        assert passphrase not in ended.err
        return ended.complaint

    assert "passphrase doesn't open" in refused(REFERENCE, "1", "wrong horse battery")
    assert "no reader 7" in refused(REFERENCE, "7", PASSPHRASE)
    theirs = refused(REFERENCE, "2", PASSPHRASE)
    nobodys = refused("SP-9999-9999", "2", PASSPHRASE)
    assert theirs.replace(REFERENCE, "it") == nobodys.replace("SP-9999-9999", "it")
    assert "that you can open" in theirs
    assert "--reader" in call(bot, "records", "read", REFERENCE).complaint


def test_when_the_last_reader_goes_the_recovery_sheet_remains(bot: Bot, sheet: str) -> None:
    removed = call(bot, "people", "remove", "--school", "welbeck", "1")
    assert "Lucy Coull receives nothing" in removed.out
    assert f"Only the recovery sheet opens these now: {REFERENCE}" in removed.out
    assert "no reader 1" in call(bot, "people", "remove", "--school", "welbeck", "1").complaint

    verb = ("records", "read", REFERENCE, "--recovery")
    assert SENTINEL in call(bot, *verb, said=f"{sheet}\n").out
    wrong = call(bot, *verb, said=f"{sheet.strip()[1:]}\n").complaint
    assert "recovery sheet" in wrong


@pytest.mark.parametrize(
    ("verb", "said", "complaint"),
    [
        (LUCY, "too short", "at least 12 characters"),
        (LUCY, "", "at least 12 characters"),
        ((*LUCY[:-1], "governor"), PASSPHRASE, "can't be 'governor'"),
        ((*LUCY, "--email", "lucy at welbeck"), PASSPHRASE, "must look like"),
        ((*LUCY[:5], "  ", *LUCY[6:]), PASSPHRASE, "reader's name"),
        ((*LUCY[:3], "hogwarts", *LUCY[4:]), PASSPHRASE, "hogwarts"),
    ],
)
def test_what_cannot_be_added_is_refused(
    bot: Bot, verb: tuple[str, ...], said: str, complaint: str
) -> None:
    assert complaint in call(bot, *verb, said=f"{said}\n").complaint
    assert "Nobody receives" in call(bot, "people", "list", "--school", "welbeck").out


def test_at_a_terminal_the_passphrase_is_asked_for_twice_and_not_shown(bot: Bot) -> None:
    bot.settings |= {
        "SIGNPOST_DATABASE_URL": "sqlite:///own.db",
        "SIGNPOST_KEY_FILE": "own.key",
    }
    screen = Screen(bot, *LUCY)
    screen.until("opens reports: ")
    screen.type(PASSPHRASE)
    shown = screen.until("confirmation: ")
    screen.type("another one altogether")
    shown += screen.until("opens reports: ")
    screen.type(PASSPHRASE)
    shown += screen.until("confirmation: ")
    screen.type(PASSPHRASE)
    shown += screen.until("--recovery\r\n\r\n")
    assert screen.end(b"") == 0
    assert "RECOVERY SHEET OF welbeck" in shown
    for secret in (PASSPHRASE, "another one altogether"):
        assert secret not in shown
