"""The soak's judge notices what is lost, what is there twice, and what a log complains of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.resilience.soak import in_telegram
from tests.resilience.soak.judging import Stored, exceptions, growth, judge
from tests.resilience.soak.ledger import Ledger
from tests.resilience.soak.talking import NoAnswer

REFERENCE, OTHER = "SP-7KQ4-XM2D", "SP-2222-3333"


def told(*, urgent: bool = False) -> tuple[Ledger, Stored]:
    """Somebody handed a report with a file over, and a reader wrote a note on it."""
    ledger = Ledger()
    case = ledger.case(urgent=urgent)
    case.sent, case.files, case.reference = True, 1, REFERENCE
    note = ledger.mark()
    ledger.notes[note] = True
    ledger.shown.add(REFERENCE)
    return ledger, Stored(REFERENCE, urgent, frozenset((case.mark,)), (case.mark,), (note,))


def faults(ledger: Ledger, *stored: Stored) -> dict[str, int]:
    found = vars(judge(ledger, stored))
    return {name: count for name, count in found.items() if name != "records" and count}


@pytest.mark.parametrize("urgent", [False, True])
def test_what_is_there_once_is_right(urgent: bool) -> None:
    ledger, record = told(urgent=urgent)
    assert faults(ledger, record) == {}


def test_a_lost_report_is_noticed_with_all_that_belonged_to_it() -> None:
    ledger, _ = told()
    assert faults(ledger) == {"lost": 1, "notes_lost": 1, "unknown_references": 1}


def test_a_report_of_which_no_number_was_heard_is_looked_for_by_its_words() -> None:
    ledger, record = told()
    (case,) = ledger.cases.values()
    case.reference = ""
    ledger.shown.clear()
    assert faults(ledger, record) == {}
    assert faults(ledger, replace(record, words=frozenset())) == {"lost": 1}


def test_an_alarm_that_was_heard_in_a_report_is_not_the_report() -> None:
    ledger, record = told()
    (case,) = ledger.cases.values()
    case.reference = ""
    assert faults(ledger, replace(record, urgent=True, files=(), notes=record.notes)) == {"lost": 1}


def test_another_ones_report_under_the_number_is_no_report() -> None:
    ledger, record = told()
    assert faults(ledger, replace(record, words=frozenset(("room 99999",)))) == {"lost": 1}


def test_a_report_stored_twice_is_noticed() -> None:
    ledger, record = told()
    again = replace(record, reference=OTHER, files=(), notes=())
    assert faults(ledger, record, again) == {"doubled": 1}
    heard = replace(again, urgent=True)
    assert faults(ledger, record, heard) == {}, "danger that was heard in it has its own record"


def test_a_missing_file_and_one_too_many_are_noticed() -> None:
    ledger, record = told()
    assert faults(ledger, replace(record, files=())) == {"files_missing": 1}
    assert faults(ledger, replace(record, files=record.files * 2)) == {"files_missing": 1}


def test_a_note_must_be_there_once_if_it_was_said_to_be_kept() -> None:
    ledger, record = told()
    assert faults(ledger, replace(record, notes=())) == {"notes_lost": 1}
    assert faults(ledger, replace(record, notes=record.notes * 2)) == {"notes_doubled": 1}
    ledger.notes = dict.fromkeys(ledger.notes, False)
    assert faults(ledger, replace(record, notes=())) == {}, "nobody had said that it was kept"


@pytest.mark.parametrize(
    "line",
    [
        "2026-03-02T09:00:00 error bot.turn: message 7: attempt 1 failed: KeyError",
        "2026-03-02T09:00:00 error bot.site: a page failed: StoreError",
        "2026-03-02T09:00:00 error bot.retention: retention at oak can't be looked at: KeyError",
        "2026-03-02T09:00:00 warning bot.delivery: reply 7-1 not sent: TypeError",
        "2026-03-02T09:00:00 error bot.delivery: reply 7-1 given up: Unreachable",
        "2026-03-02T09:00:00 error asyncio: (message withheld) [ValueError]",
        "Traceback (most recent call last):",
        "Segmentation fault",
    ],
)
def test_an_error_that_nobody_foresaw_is_noticed(line: str) -> None:
    fine = "2026-03-02T09:00:00 error bot.turn: message 7: attempt 1 failed: StoreError"
    other = "2026-03-02T09:00:00 warning bot.delivery: telegram can't be reached, for the 2. time"
    later = "2026-03-02T09:00:00 warning bot.delivery: reply 7-1 not sent: SendFailed"
    assert exceptions([fine, line, other, later, ""]) == [line]


async def test_whoever_gives_up_has_waited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_telegram, "PATIENCE", 0.0)
    ledger = Ledger()
    with pytest.raises(NoAnswer):
        await in_telegram.Phone(in_telegram.Town(), ledger, 1)._heard(0, 7)
    assert (len(ledger.waits), ledger.unheard) == (1, {"7": False})


def test_memory_that_grows_after_the_warming_up_is_noticed() -> None:
    flat = [(float(second), 300.0 if second < 20 else 350.0) for second in range(100)]
    assert growth(flat, warm=20) == 1.0
    leaking = [(float(second), 300.0 + second) for second in range(100)]
    assert growth(leaking, warm=20) > 1.1
    with pytest.raises(ValueError, match="too few"):
        growth(flat[:3], warm=0)
