"""What is said when somebody asks whom to tell, where it stands, or when nothing was found."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.messages import ROLES
from bot.policy.library import Library
from bot.policy.schema import Answer
from bot.policy.wording import LONGEST_REPLY, edition, nearest_parts, who


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.load(Path("policy_content"))


def test_every_side_says_whom_to_tell(library: Library) -> None:
    for school in library.schools():
        pack = library.pack(school)
        for topic in library.topics.by_slug:
            for role in ROLES:
                side = library.answer(school, topic, role)
                told = library.whom_to_tell(school, topic, role)
                named = side.tell if isinstance(side, Answer) else side.ask
                person = who(pack, named) if named else library.asked(school, role)
                assert person in told.text, (school, topic, role)
                assert len(told.text) <= LONGEST_REPLY


def test_every_side_says_where_it_stands(library: Library) -> None:
    for school in library.schools():
        pack = library.pack(school)
        for topic in library.topics.by_slug:
            for role in ROLES:
                side = library.answer(school, topic, role)
                stands = library.where_it_stands(school, topic, role)
                assert edition(pack.school) in stands.text
                assert len(stands.text) <= LONGEST_REPLY
                if isinstance(side, Answer):
                    assert pack.clauses[side.clauses[0]].says in stands.text
                    assert stands.clauses == side.clauses


def test_what_a_search_found_is_called_what_it_is(library: Library) -> None:
    pack = library.pack("welbeck")
    clauses = list(pack.clauses.values())
    found = nearest_parts(pack, clauses[:3])
    assert "may not be about your question" in found
    assert all(clause.says in found for clause in clauses[:3])
    assert len(nearest_parts(pack, clauses)) <= LONGEST_REPLY
    assert nearest_parts(pack, []) == ""
