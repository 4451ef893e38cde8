"""Five questions on one's own policy: clear, spread out, the same all year, and not guessable."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy.library import Library
from bot.policy.scenarios import SCENARIOS, choose, feedback, scenario
from bot.policy.schema import Answer

CONTENT = Path(__file__).parents[2] / "policy_content"
LIBRARY = Library.load(CONTENT)
SCHOOLS = LIBRARY.schools()
PEOPLE = st.text(max_size=40)
YEARS = st.integers(2024, 2050)


@given(st.sampled_from(SCHOOLS), PEOPLE, YEARS)
def test_there_are_five_different_ones_with_both_answers(
    school: str, person: str, year: int
) -> None:
    pack = LIBRARY.pack(school)
    drawn = choose(pack, LIBRARY.topics, person, year)
    assert len({one.topic for one in drawn}) == SCENARIOS
    assert {one.right for one in drawn} == {"yes", "no"}
    assert drawn == choose(pack, LIBRARY.topics, person, year)


@given(st.sampled_from(SCHOOLS), PEOPLE, YEARS)
def test_each_is_answered_by_the_policy_for_staff(school: str, person: str, year: int) -> None:
    pack = LIBRARY.pack(school)
    for one in choose(pack, LIBRARY.topics, person, year):
        side = pack.answers[one.topic]["staff"]
        assert isinstance(side, Answer)
        assert (one.right, one.says, one.clauses) == (side.verdict, side.says, side.clauses)
        assert one.asks.endswith("?")
        assert one.asks.count("?") == 1


@pytest.mark.parametrize("school", SCHOOLS)
def test_they_are_spread_over_groups(school: str) -> None:
    pack = LIBRARY.pack(school)
    for number in range(40):
        drawn = choose(pack, LIBRARY.topics, f"person {number}", 2026)
        groups = [LIBRARY.topics.group_of[one.topic] for one in drawn]
        assert len(set(groups)) >= 4, groups
        assert max(groups.count(group) for group in groups) <= 2


@pytest.mark.parametrize("school", SCHOOLS)
def test_people_and_years_get_others(school: str) -> None:
    pack = LIBRARY.pack(school)

    def topics(person: str, year: int) -> tuple[str, ...]:
        return tuple(one.topic for one in choose(pack, LIBRARY.topics, person, year))

    assert len({topics(f"person {number}", 2026) for number in range(30)}) > 10
    assert len({topics("one person", year) for year in range(2024, 2034)}) > 5


def test_a_question_asks_for_no_more_than_yes_or_no() -> None:
    for school in SCHOOLS:
        pack = LIBRARY.pack(school)
        found = [scenario(pack, LIBRARY.topics, slug) for slug in LIBRARY.topics.by_slug]
        asked = [one.asks for one in found if one is not None]
        assert len(asked) >= SCENARIOS
        for asks in asked:
            assert not asks.startswith(("What", "Who", "Which", "How", "When", "Where", "A "))
            assert ", and how" not in asks
            assert ", and with" not in asks


def test_a_topic_without_a_clear_answer_makes_none() -> None:
    pack = LIBRARY.pack("longton")
    assert scenario(pack, LIBRARY.topics, "friend-request-from-parent") is None  # silent
    assert scenario(pack, LIBRARY.topics, "posting-event-photos") is None  # ask first
    assert scenario(pack, LIBRARY.topics, "friend-request-from-pupil") is None  # "What if …"
    assert scenario(pack, LIBRARY.topics, "no-such-topic") is None


def test_a_pack_with_few_clear_answers_gives_what_it_has() -> None:
    pack = LIBRARY.pack("longton")
    kept = ("lesson-time", "naming-people")
    few = replace(pack, answers={slug: pack.answers[slug] for slug in kept})
    drawn = choose(few, LIBRARY.topics, "somebody", 2026)
    assert {one.topic for one in drawn} == set(kept)


def test_feedback_says_how_it_is_and_where_and_blames_nobody() -> None:
    one = scenario(LIBRARY.pack("welbeck"), LIBRARY.topics, "two-people")
    assert one is not None
    right, wrong, unsure = (feedback(one, given) for given in ("no", "yes", "unknown"))
    assert right.startswith("That's right. No.")
    assert wrong.startswith("Not quite")
    assert unsure.startswith("That's all right")
    for text in (right, wrong, unsure):
        assert one.says in text
        assert "Where it says so: Welbeck policy, March 2022" in text
        assert "wrong" not in text.lower()
