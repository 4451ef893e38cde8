"""What a person reads: the order, the names and dates, the warning, the buttons."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from bot.errors import PackError
from bot.messages import Button
from bot.policy.fields import SaidDate
from bot.policy.library import Library
from bot.policy.schema import Clause
from bot.policy.wording import NOT_THIS, places, pupil_reply
from tests.packs.small import SCHOOL, swapped, write

BEFORE = datetime.date(2025, 3, 31)
AFTER = datetime.date(2025, 4, 1)
DAY = f"{SCHOOL}/answers/day.yml"
PACK = f"{SCHOOL}/pack.yml"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.load(write(tmp_path))


def test_an_answer_has_its_parts_in_order(library: Library) -> None:
    reply = library.reply(SCHOOL, "lesson-time", "staff", BEFORE)
    assert reply.text == (
        "No. Put it away until the lesson ends.\n\n"
        "What to do: Ask the head if a lesson needs it.\n\n"
        "Who to tell: the headteacher, Ada Park (named in March 2024).\n\n"
        "Where it says so: Hill Top policy, March 2024, Staff, bullets 1 and 2."
    )
    assert reply.outcome == "answer"
    assert reply.clauses == ("no-lessons", "curriculum")
    assert reply.pack_hash == library.pack(SCHOOL).hash


def test_information_has_no_verdict_in_front(library: Library) -> None:
    assert library.reply(SCHOOL, "lesson-time", "parent", BEFORE).text.startswith("Staff put")


def test_silence_says_who_to_ask(library: Library) -> None:
    staff = library.reply(SCHOOL, "break-time", "staff", BEFORE)
    assert staff.text == (
        "Hill Top's policy doesn't answer this.\n\n"
        "Who to ask: the headteacher, Ada Park (named in March 2024).\n\n"
        "Looked at: Hill Top policy, March 2024."
    )
    assert (staff.outcome, staff.clauses, staff.flow) == ("not_covered", (), None)
    parent = library.reply(SCHOOL, "break-time", "parent", BEFORE)
    assert "doesn't answer this. It speaks of lessons only." in parent.text


def test_silence_without_a_name_asks_the_schools_default(tmp_path: Path) -> None:
    changed = swapped(DAY, 'ask: head, note: "It speaks of lessons only."', 'note: "No."')
    reply = Library.load(write(tmp_path, changed)).reply(SCHOOL, "break-time", "parent", BEFORE)
    assert "Who to ask: the school office." in reply.text


@pytest.mark.parametrize("topic", ["lesson-time", "break-time"])
def test_the_date_warning_comes_when_the_review_is_past_and_only_if_wanted(
    library: Library, topic: str
) -> None:
    warning = "this policy was due for review in March 2025"
    fresh = library.reply(SCHOOL, topic, "staff", BEFORE)
    late = library.reply(SCHOOL, topic, "staff", AFTER)
    told = library.reply(SCHOOL, topic, "staff", AFTER, warn=False)
    assert (fresh.warned, late.warned, told.warned) == (False, True, False)
    assert warning in late.text and warning not in fresh.text + told.text


def test_the_policys_own_words_for_its_review_are_kept(tmp_path: Path) -> None:
    changed = swapped(PACK, "2025-03\n", '2025-03\n  review_words: "in spring 2025"\n')
    reply = Library.load(write(tmp_path, changed)).reply(SCHOOL, "lesson-time", "staff", AFTER)
    assert "due for review in spring 2025. Ask" in reply.text


def test_a_policy_without_dates_says_so_and_never_warns(tmp_path: Path) -> None:
    changed = swapped(PACK, "version_date: 2024-03", "version_date: null")
    changed[PACK] = changed[PACK].replace("review_due: 2025-03", "review_due: null")
    reply = Library.load(write(tmp_path, changed)).reply(SCHOOL, "lesson-time", "staff", AFTER)
    assert "Hill Top policy, no date given, Staff" in reply.text
    assert not reply.warned


def test_guidance_is_marked_as_not_the_policy(tmp_path: Path) -> None:
    guidance = '    guidance: {says: "Others say so.", source: "a book"}\n    flow: permission\n'
    changed = swapped(DAY, "    flow: permission\n", guidance)
    text = Library.load(write(tmp_path, changed)).reply(SCHOOL, "lesson-time", "staff", BEFORE).text
    assert text.endswith("Not from Hill Top's policy, but common guidance (a book): Others say so.")


def test_ask_first_names_who_to_ask_and_steps_are_numbered(tmp_path: Path) -> None:
    changed = swapped(DAY, '"no"', "ask-first")
    changed[DAY] = changed[DAY].replace('needs it."]', 'needs it.", "Wait."]')
    text = Library.load(write(tmp_path, changed)).reply(SCHOOL, "lesson-time", "staff", BEFORE).text
    assert text.startswith("Ask first. Put it away")
    assert "1. Ask the head if a lesson needs it.\n2. Wait." in text
    assert "Who to ask: the headteacher" in text


def test_all_of_a_team_are_named_but_one_holder_of_an_office(tmp_path: Path) -> None:
    people = (
        "people:\n"
        '- {role: e-safety, name: "Bo", stated_on: 2024}\n'
        '- {role: e-safety, name: "Cy", stated_on: 2024}\n'
        '- {role: head, name: "Di"}\n'
    )
    changed = swapped(PACK, "people:\n", people)
    changed |= swapped(DAY, "tell: head", "tell: e-safety")
    library = Library.load(write(tmp_path, changed))
    text = library.reply(SCHOOL, "lesson-time", "staff", BEFORE).text
    assert "Who to tell: the e-safety team, Bo, Cy (named in 2024)." in text
    assert library.asked(SCHOOL, "staff") == "the headteacher, Di"


def test_buttons_are_the_flow_the_related_topics_and_the_way_out(library: Library) -> None:
    assert library.reply(SCHOOL, "lesson-time", "staff", BEFORE).buttons == (
        Button("Ask for permission", "flow:permission"),
        Button("In breaks", "topic:break-time"),
        NOT_THIS,
    )
    assert library.reply(SCHOOL, "break-time", "parent", BEFORE).buttons == (NOT_THIS,)


def test_a_topic_for_staff_is_not_offered_to_parents(tmp_path: Path) -> None:
    changed = swapped("topics.yml", 'title: "In breaks"', 'title: "Tea"\n    audience: staff')
    library = Library.load(write(tmp_path, changed))
    staff = library.reply(SCHOOL, "lesson-time", "staff", BEFORE).buttons
    parent = library.reply(SCHOOL, "lesson-time", "parent", BEFORE).buttons
    assert "Tea" in [button.title for button in staff]
    assert "Tea" not in [button.title for button in parent]


def test_an_unknown_topic_is_refused(library: Library) -> None:
    with pytest.raises(PackError, match="no topic called 'tea'"):
        library.reply(SCHOOL, "tea", "staff", BEFORE)


def test_pupils_are_led_to_an_adult_and_childline(library: Library) -> None:
    assert pupil_reply(library.helplines) == (
        "Thank you for writing.\n\n"
        "Please talk to a grown-up you trust.\n\n"
        "Childline: 0800 1111. For anyone under 19."
    )
    assert [line.slug for line in library.helplines.shown()] == ["childline"]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (["Training"], "Training"),
        (["Images, bullet 2"], "Images, bullet 2"),
        (["Images, bullet 2", "Images, bullet 4"], "Images, bullets 2 and 4"),
        (["Images, bullet 2", "Images, bullet 2"], "Images, bullet 2"),
        (["A, point 1", "B", "A, point 3", "A, point 5"], "A, points 1, 3 and 5; B"),
        (["A", "B", "C", "D"], "A; B; C; and elsewhere"),
        (["1. Aims, scope, point 2.b"], "1. Aims, scope, point 2.b"),
    ],
)
def test_places_name_a_section_once(where: list[str], expected: str) -> None:
    assert places([Clause(id="c", where=place, says="x") for place in where]) == expected


@pytest.mark.parametrize(
    ("text", "words", "last"),
    [
        ("2022", "2022", datetime.date(2022, 12, 31)),
        ("2024-02", "February 2024", datetime.date(2024, 2, 29)),
        ("2023-01-23", "23 January 2023", datetime.date(2023, 1, 23)),
    ],
)
def test_dates_are_as_exact_as_they_were_stated(text: str, words: str, last: datetime.date) -> None:
    said = SaidDate.read(text)
    assert (said.words(), said.last_day()) == (words, last)
