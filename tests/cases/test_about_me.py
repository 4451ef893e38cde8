"""Whoever tells of something they did themselves doesn't receive it, whatever posts they hold."""

from __future__ import annotations

import pytest

from bot.cases import Reader, SchoolRoutes, hand_over
from bot.cases.exclusion import is_barred
from bot.cases.filing import file_record
from bot.cases.records import NewRecord
from tests.cases.people import CHAIR, DEPUTY, HEAD, LEAD, reader

BOTH = reader(7, "Ian Rowden", "head", "dsl")
AGAIN = reader(8, "Mr Ian Rowden", "slt")


def told_by(name: str) -> NewRecord:
    answers = {"concerns": "myself", "reporter": name}
    return file_record(
        "staff-concern",
        reference="SP-2222-2222",
        school="oakfield",
        role="staff",
        answers=answers,
        words="",
        facts=(),
    )


def receives(name: str, *readers: Reader) -> tuple[set[int], set[int]]:
    """Who can open it, and who is kept from it."""
    handover = hand_over(told_by(name), readers, SchoolRoutes("Oakfield", {}))
    return {one.id for one in handover.holders}, {one.id for one in handover.route.excluded}


@pytest.mark.parametrize(
    ("name", "readers", "holders", "excluded"),
    [
        ("Sam Hall", (HEAD, LEAD, CHAIR), {HEAD.id, LEAD.id, CHAIR.id}, set()),
        ("Ian Rowden", (HEAD, LEAD, CHAIR), {CHAIR.id}, {HEAD.id}),
        ("Ian Rowden, headteacher", (BOTH, DEPUTY, CHAIR), {CHAIR.id}, {BOTH.id}),
        ("Mr Rowden", (BOTH, AGAIN, CHAIR), {CHAIR.id}, {BOTH.id, AGAIN.id}),
        ("Ian Rowden", (BOTH, AGAIN), set(), {BOTH.id, AGAIN.id}),
        ("Lucy Coull", (HEAD, LEAD, CHAIR), {HEAD.id, CHAIR.id}, {LEAD.id}),
    ],
)
def test_what_somebody_says_of_themselves_passes_them_by(
    name: str, readers: tuple[Reader, ...], holders: set[int], excluded: set[int]
) -> None:
    assert receives(name, *readers) == (holders, excluded)


def test_somebody_entered_later_under_another_post_is_kept_from_it() -> None:
    record = told_by("Ian Rowden")
    assert is_barred(AGAIN, record, {HEAD.id}, (HEAD, LEAD, CHAIR))
    assert not is_barred(DEPUTY, record, {HEAD.id}, (HEAD, LEAD, CHAIR))
