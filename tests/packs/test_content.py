"""The real policy content: five schools, everything in place, fast enough for hundreds."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from bot.messages import ROLES
from bot.policy.check import LATER, check
from bot.policy.library import Library
from bot.policy.wording import LONGEST_REPLY
from tests.packs.many_schools import measure

CONTENT = Path(__file__).parents[2] / "policy_content"
SCHOOLS = ("blean", "longton", "merriott", "rosewood", "welbeck")
NAMED = (
    "friend-request-from-parent",
    "friend-request-from-pupil",
    "friend-request-from-ex-pupil",
    "posting-event-photos",
)


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.load(CONTENT)


def test_the_five_schools_are_there(library: Library) -> None:
    assert library.schools() == SCHOOLS


def test_there_are_enough_topics_and_those_that_others_rely_on(library: Library) -> None:
    assert len(library.topics.by_slug) >= 90
    assert set(NAMED) <= set(library.topics.by_slug)


def test_titles_are_short_and_no_two_are_alike(library: Library) -> None:
    titles = [topic.title for topic in library.topics.by_slug.values()]
    assert len(set(titles)) == len(titles)
    assert max(map(len, titles)) <= 40
    assert all(topic.related for topic in library.topics.by_slug.values())


def test_the_check_finds_nothing_wrong(library: Library) -> None:
    checked = min(line.checked_on for line in library.helplines.by_slug.values())
    report = check(CONTENT, checked + datetime.timedelta(days=1))
    assert report.errors == []


@pytest.mark.parametrize("school", SCHOOLS)
def test_every_reply_fits_a_phone(library: Library, school: str) -> None:
    for topic in library.topics.by_slug:
        for speaker in ROLES:
            assert len(library.reply(school, topic, speaker, LATER).text) <= LONGEST_REPLY


def test_thirty_schools_load_and_answers_are_looked_up(tmp_path: Path) -> None:
    # A tenth of the bench's 300 schools, with limits wide enough for a busy machine.
    figures = measure(tmp_path, 30)
    assert figures.load < 3.0
    assert figures.answer_us < 1000
