"""The verbs on keys, absences and the audit, as a school uses them."""

from __future__ import annotations

import sqlite3

import pytest

from tests.verbs.calling import SENTINEL, Bot
from tests.verbs.test_people import IAN, LUCY, PASSPHRASE, REFERENCE, added, call, hand_in

WELBECK = ("--school", "welbeck")
NEW = "a passphrase made anew"


@pytest.fixture
def sheet(bot: Bot) -> str:
    """A school with two readers, the second of whom came after the report; the first's sheet."""
    first = added(bot, *LUCY).out
    hand_in(bot.folder)
    added(bot, *IAN)
    return sheet_in(first)


def sheet_in(out: str) -> str:
    lines = out.splitlines()
    at = next(number for number, line in enumerate(lines) if "RECOVERY SHEET" in line)
    return " ".join(lines[at + 3 : at + 5])


def read(bot: Bot, *how: str, said: str) -> str:
    ended = call(bot, "records", "read", REFERENCE, *how, said=f"{said}\n")
    return ended.out if ended.status == 0 else ended.complaint


def test_a_report_is_given_and_a_passphrase_renewed(bot: Bot, sheet: str) -> None:
    assert "nothing under" in read(bot, "--reader", "2", said=PASSPHRASE)
    given = call(bot, "people", "grant", *WELBECK, "2", "--by", "1", said=f"{PASSPHRASE}\n")
    assert given.out == f"Given: {REFERENCE}.\n"
    assert SENTINEL in read(bot, "--reader", "2", said=PASSPHRASE)

    renew = ("people", "reset", *WELBECK, "1", "--by", "2")
    renewed = call(bot, *renew, said=f"{PASSPHRASE}\n{NEW}\n")
    assert "can open 1 reports" in renewed.out
    assert "doesn't open" in read(bot, "--reader", "1", said=PASSPHRASE)
    assert SENTINEL in read(bot, "--reader", "1", said=NEW)
    by_sheet = ("people", "reset", *WELBECK, "1", "--recovery")
    assert "can open 1" in call(bot, *by_sheet, said=f"{sheet}\n{PASSPHRASE}\n").out
    assert "--by" in call(bot, *by_sheet[:-1]).complaint


def test_another_sheet_takes_the_first_ones_place(bot: Bot, sheet: str) -> None:
    made = call(bot, "people", "new-sheet", *WELBECK, "--by", "1", said=f"{PASSPHRASE}\n")
    assert "It opens 1 of the reports now" in made.out
    assert SENTINEL in read(bot, "--recovery", said=sheet_in(made.out))
    assert "doesn't open" in read(bot, "--recovery", said=sheet)


def test_absences_are_said_and_listed(bot: Bot, sheet: str) -> None:
    away = ("people", "away", *WELBECK, "1")
    assert "Lucy Coull is away from 2020-01-01" in call(bot, *away, "--from", "2020-01-01").out
    assert "away now" in call(bot, "people", "list", *WELBECK).out
    assert call(bot, *away, "--back").out == "Lucy Coull is here.\n"
    assert "away now" not in call(bot, "people", "list", *WELBECK).out
    cover = ("people", "cover", *WELBECK, "1")
    assert "Ian Rowden covers for Lucy Coull" in call(bot, *cover, "--by", "2").out
    assert "; covered by 2" in call(bot, "people", "list", *WELBECK).out
    assert "themselves" in call(bot, *cover, "--by", "1").complaint
    assert "no reader 9" in call(bot, *cover, "--by", "9").complaint
    assert "--nobody" in call(bot, *cover).complaint
    assert "Nobody covers for Lucy Coull" in call(bot, *cover, "--nobody").out
    wrong = call(bot, *away, "--from", "2020-02-01", "--until", "2020-01-01")
    assert "other way round" in wrong.complaint
    days = ("people", "days", *WELBECK, "1", "--works")
    assert call(bot, *days, "Monday, wed").out == "Lucy Coull works on mon, wed.\n"
    assert "'fun'" in call(bot, *days, "funday").complaint


def test_somebody_is_told_at_another_address(bot: Bot, sheet: str) -> None:
    assert "Ian Rowden: head; told in no way" in call(bot, "people", "list", *WELBECK).out
    email = ("people", "email", *WELBECK, "2")
    told = call(bot, *email, "rowden@welbeck.example").out
    assert told.startswith("Ian Rowden is told by e-mail") and "SIGNPOST_SMTP_URL" in told
    assert "Ian Rowden: head; told email" in call(bot, "people", "list", *WELBECK).out
    assert "can't be used" in call(bot, *email, "nowhere").complaint
    assert "no reader 9" in call(bot, *email[:-1], "9", "a@b.example").complaint


def test_the_audit_is_verified(bot: Bot, sheet: str) -> None:
    read(bot, "--reader", "1", said=PASSPHRASE)
    fine = call(bot, "audit", "verify")
    assert (fine.status, fine.err) == (0, "")
    assert "rows stand as they were written" in fine.out
    with sqlite3.connect(bot.folder / "own.db") as database:
        database.execute("UPDATE audit SET actor = 'reader 2' WHERE action = 'viewed'")
    wrong = call(bot, "audit", "verify")
    assert wrong.status == 1
    assert "was changed" in wrong.out
