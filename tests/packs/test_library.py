"""The library keeps the last good pack, finds answers by school and audience, and hashes packs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.errors import PackError
from bot.policy.library import Library
from bot.policy.schema import Answer, NotCovered
from tests.packs.small import FILES, SCHOOL, swapped, write

DAY = f"{SCHOOL}/answers/day.yml"
BROKEN = swapped(DAY, "[no-lessons, curriculum]", "[gone]")


def test_answers_differ_by_audience(tmp_path: Path) -> None:
    library = Library.load(write(tmp_path))
    staff = library.answer(SCHOOL, "lesson-time", "staff")
    parent = library.answer(SCHOOL, "lesson-time", "parent")
    assert isinstance(staff, Answer) and isinstance(parent, Answer)
    assert (staff.verdict, parent.verdict) == ("no", "info")
    assert library.answer(SCHOOL, "break-time", "staff") == NotCovered()


def test_unknown_school_and_topic_are_named(tmp_path: Path) -> None:
    library = Library.load(write(tmp_path))
    with pytest.raises(PackError, match=r"no school called 'hull'; known: hill-top"):
        library.answer("hull", "lesson-time", "staff")
    with pytest.raises(PackError, match=r"no topic called 'tea'"):
        library.answer(SCHOOL, "tea", "staff")


def test_routes_name_who_is_told_and_fall_back_to_who_is_asked(tmp_path: Path) -> None:
    library = Library.load(write(tmp_path))
    assert library.told(SCHOOL, "contact-report", "pupil") == (
        "the designated safeguarding lead (DSL)"
    )
    assert library.told(SCHOOL, "contact-report", "parent").startswith("the headteacher, Ada Park")
    assert library.asked(SCHOOL, "parent") == "the school office"


def test_a_broken_pack_leaves_the_last_good_one_and_says_so(tmp_path: Path) -> None:
    library = Library.load(write(tmp_path))
    write(tmp_path, BROKEN)
    reloaded = library.reload()
    assert reloaded.packs[SCHOOL] is library.packs[SCHOOL]
    assert "line 7, lesson-time.staff.clauses: no clause has the id gone" in reloaded.problems[0]
    write(tmp_path)
    assert reloaded.reload().problems == ()


def test_one_broken_pack_does_not_hold_the_others_back(tmp_path: Path) -> None:
    other = {
        name.replace(SCHOOL, "low-side"): text.replace("hill-top", "low-side")
        for name, text in FILES.items()
        if name.startswith(SCHOOL)
    }
    library = Library.load(write(tmp_path, other))
    changed = other["low-side/answers/day.yml"].replace("Put it away", "Switch it off")
    write(tmp_path, {**other, **BROKEN, "low-side/answers/day.yml": changed})
    reloaded = library.reload()
    low = reloaded.answer("low-side", "lesson-time", "staff")
    assert isinstance(low, Answer) and low.says.startswith("Switch it off")
    assert reloaded.packs[SCHOOL] is library.packs[SCHOOL]
    assert len(reloaded.problems) == 1


def test_broken_topics_or_a_lost_folder_change_nothing(tmp_path: Path) -> None:
    library = Library.load(write(tmp_path / "content"))
    (tmp_path / "content").rename(tmp_path / "moved")
    reloaded = library.reload()
    assert reloaded.packs == library.packs
    assert reloaded.topics is library.topics
    assert "topics.yml" in reloaded.problems[0]


def test_a_new_topic_waits_until_every_pack_answers_it(tmp_path: Path) -> None:
    library = Library.load(write(tmp_path))
    topics = FILES["topics.yml"] + "  - {slug: home-time, title: Home, asks: And at home?}\n"
    write(tmp_path, {"topics.yml": topics})
    waiting = library.reload()
    assert "home-time is missing" in waiting.problems[0]
    assert "home-time" not in waiting.topics.by_slug
    answers = FILES[DAY] + "- {topic: home-time, staff: not_covered, parent: not_covered}\n"
    write(tmp_path, {"topics.yml": topics, DAY: answers})
    ready = waiting.reload()
    assert ready.problems == ()
    assert ready.answer(SCHOOL, "home-time", "staff") == NotCovered()


def test_a_school_that_was_taken_away_is_gone_after_reload(tmp_path: Path) -> None:
    other = {
        name.replace(SCHOOL, "low-side"): text.replace("hill-top", "low-side")
        for name, text in FILES.items()
        if name.startswith(SCHOOL)
    }
    library = Library.load(write(tmp_path, other))
    (tmp_path / "low-side").rename(tmp_path / ".low-side")
    assert library.reload().schools() == (SCHOOL,)


def test_the_hash_is_of_what_is_said(tmp_path: Path) -> None:
    before = Library.load(write(tmp_path)).pack(SCHOOL).hash
    text = FILES[DAY].replace('verdict: "no"', "verdict: 'no'  # a comment")
    assert Library.load(write(tmp_path, {DAY: text})).pack(SCHOOL).hash == before
    text = FILES[DAY].replace("lesson ends", "lesson is over")
    assert Library.load(write(tmp_path, {DAY: text})).pack(SCHOOL).hash != before
    dated = swapped(f"{SCHOOL}/pack.yml", "2025-03", "2025-04")
    assert Library.load(write(tmp_path, dated)).pack(SCHOOL).hash != before


def test_the_cache_gives_back_the_same_pack(tmp_path: Path) -> None:
    content, cache = write(tmp_path / "content"), tmp_path / "cache"
    first = Library.load(content, cache).pack(SCHOOL)
    held = cache / f"{SCHOOL}.json"
    marked = json.loads(held.read_text())
    marked["pack"]["school"]["kind"] = "read from the cache"
    held.write_text(json.dumps(marked))
    again = Library.load(content, cache).pack(SCHOOL)
    assert again.school.kind == "read from the cache"
    assert (again.answers, again.clauses, again.people) == (
        first.answers,
        first.clauses,
        first.people,
    )
    assert (again.routes, again.contacts, again.hash) == (first.routes, first.contacts, first.hash)


def test_the_cache_is_passed_over_when_anything_changed(tmp_path: Path) -> None:
    content, cache = write(tmp_path / "content"), tmp_path / "cache"
    Library.load(content, cache)
    write(content, BROKEN)
    with pytest.raises(PackError, match=r"no clause has the id gone"):
        Library.load(content, cache)
    topics = FILES["topics.yml"] + "  - {slug: home-time, title: Home, asks: And at home?}\n"
    write(content, {"topics.yml": topics})
    with pytest.raises(PackError, match=r"home-time is missing"):
        Library.load(content, cache)


@pytest.mark.parametrize("spoilt", [b"", b"\xff", b"[]", b"{}", b'{"key": 1}', b'{"key": '])
def test_a_spoilt_cache_is_passed_over(tmp_path: Path, spoilt: bytes) -> None:
    content, cache = write(tmp_path / "content"), tmp_path / "cache"
    expected = Library.load(content, cache).packs
    (cache / f"{SCHOOL}.json").write_bytes(spoilt)
    assert Library.load(content, cache).packs == expected


def test_a_cache_folder_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert Library.load(write(tmp_path / "content"), tmp_path / "file" / "cache").schools()
