"""Each way in which a pack can be wrong is refused with the file, the line and the field."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.errors import PackError
from bot.policy.library import Library
from bot.policy.nodes import MAX_BYTES
from bot.policy.pack import find_problems, gather
from bot.policy.shared import read_topics
from tests.packs.small import FILES, SCHOOL, swapped, write

PACK = f"{SCHOOL}/pack.yml"
DAY = f"{SCHOOL}/answers/day.yml"
AIMS = f"{SCHOOL}/clauses/aims.yml"


def test_the_small_content_is_whole(tmp_path: Path) -> None:
    assert Library.load(write(tmp_path)).schools() == (SCHOOL,)


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"

WRONG = [
    # what is put in the place of what, in which file; the place named; words of the complaint
    pytest.param(
        PACK, "kind: ", "sort: ", f"{PACK}, line 5, school.sort", "not a key", id="wrong key"
    ),
    pytest.param(
        PACK, '  kind: "school"\n', "", f"{PACK}, line 2, school.kind", "is missing", id="missing"
    ),
    pytest.param(
        PACK,
        '  kind: "school"\n',
        '  kind: "school"\n  kind: "shop"\n',
        f"{PACK}, line 6, kind",
        "given twice (first on line 5)",
        id="a key given twice",
    ),
    pytest.param(
        PACK, "2024-03\n", "2024-13\n", f"{PACK}, line 7, school.version_date", "a date", id="month"
    ),
    pytest.param(
        PACK, "2025-03\n", "2025-02-30\n", f"{PACK}, line 8, school.review_due", "date", id="day"
    ),
    pytest.param(
        PACK, "2025-03\n", "spring\n", f"{PACK}, line 8, school.review_due", "date", id="season"
    ),
    pytest.param(
        PACK, "id: hill-top", "id: Hill Top", f"{PACK}, line 2, school.id", "lower-case", id="id"
    ),
    pytest.param(
        PACK, "id: hill-top", "id: hill", f"{PACK}, line 2, school.id", "the folder is", id="folder"
    ),
    pytest.param(
        PACK, "anonymous_reports: false", "anonymous_reports: no", "anonymous_reports", "true or"
    ),
    pytest.param(
        PACK,
        "  retention: null\n",
        "  retention: null\n  closed: [{first: 2026-09-01, last: 2026-07-22}]\n",
        f"{PACK}, line 18, settings.closed.last",
        "before 2026-09-01",
        id="closed backwards",
    ),
    pytest.param(PACK, "role: dsl", "role: boss", f"{PACK}, line 12, people[2].role", "one of"),
    pytest.param(
        PACK, "people:\n", "people: none\n_:\n", f"{PACK}, line 10, people", "must be a list"
    ),
    pytest.param(
        PACK, "contact-report:", "contact:", f"{PACK}, line 20, routes.contact", "one of", id="flow"
    ),
    pytest.param(
        PACK, "id: curriculum", "id: no-lessons", f"{PACK}, line 25, id", "given twice", id="clause"
    ),
    pytest.param(
        AIMS, "id: aims", "id: curriculum", "curriculum", "given twice", id="clause in two files"
    ),
    pytest.param(
        AIMS, "background: true", "background: yes", f"{AIMS}, line 4, [1].background", "true or"
    ),
    pytest.param(
        DAY, 'verdict: "no"', "verdict: no", f"{DAY}, line 3, [1].staff.verdict", "needs quotes"
    ),
    pytest.param(
        DAY, 'verdict: "no"', "verdict: maybe", f"{DAY}, line 3, [1].staff.verdict", "one of"
    ),
    pytest.param(
        DAY,
        "clauses: [no-lessons, curriculum]",
        "clauses: [no-lessons, gone]",
        f"{DAY}, line 7, lesson-time.staff.clauses",
        "no clause has the id gone",
        id="dead clause id",
    ),
    pytest.param(
        DAY,
        "clauses: [no-lessons, curriculum]",
        "clauses: []",
        f"{DAY}, line 7, lesson-time.staff.clauses",
        "is empty",
        id="rests on nothing",
    ),
    pytest.param(
        DAY,
        "clauses: [no-lessons, curriculum]",
        "clauses: [no-lessons, no-lessons]",
        f"{DAY}, line 7, lesson-time.staff.clauses",
        "given twice",
        id="clause twice in an answer",
    ),
    pytest.param(
        DAY, "topic: break-time", "topic: tea-time", f"{DAY}, line 13, topic", "not a topic"
    ),
    pytest.param(
        DAY, "topic: break-time", "topic: lesson-time", f"{DAY}, line 13, topic", "given twice"
    ),
    pytest.param(
        DAY, "topic: break-time", "topic: lesson-time", f"{DAY}, line 1, topic", "break-time is mis"
    ),
    pytest.param(
        DAY, "  staff: not_covered\n", "", f"{DAY}, line 13, [2].staff", "is missing", id="audience"
    ),
    pytest.param(
        DAY,
        "    clauses: [no-lessons]\n",
        "    clauses: [no-lessons]\n    flow: permission\n",
        f"{DAY}, line 13, lesson-time.parent.flow",
        "for staff only",
        id="a staff flow for parents",
    ),
    pytest.param(
        DAY,
        "    clauses: [no-lessons]\n",
        "    clauses: [no-lessons]\n    related: [tea-time]\n",
        f"{DAY}, line 13, lesson-time.parent.related",
        "not a topic",
        id="dead related topic",
    ),
    pytest.param(
        DAY, "    flow: permission\n", "    flow: letter\n", f"{DAY}, line 8, [1].staff.flow", "one"
    ),
    pytest.param(
        DAY,
        'says: "Put it away until the lesson ends."',
        f'says: "{"x" * 601}"',
        f"{DAY}, line 4, [1].staff.says",
        "601 characters",
        id="too long",
    ),
    pytest.param(
        DAY, "staff: not_covered", "staff: later", f"{DAY}, line 14, [2].staff", "key: value"
    ),
    pytest.param(
        DAY, 'do: ["', 'do: [{a: b}, "', f"{DAY}, line 5, [1].staff.do[1]", "must be text"
    ),
    pytest.param(PACK, "people:", "people: &p", f"{PACK}, line 10, &p", "anchors", id="anchor"),
    pytest.param(
        PACK, "contacts: ", "contacts: *p #", f"{PACK}, line 13, *p", "aliases", id="alias"
    ),
    pytest.param(
        PACK, "kind: ", "kind: !!python/object/apply:os.getcwd ", "line 5", "tags", id="code"
    ),
    pytest.param(PACK, "kind: ", "kind: !x ", f"{PACK}, line 5, !x", "tags", id="tag"),
    pytest.param(PACK, "school:\n", "school: [\n", f"{PACK}, line", "isn't YAML", id="not YAML"),
    pytest.param(PACK, "routes:", "\x07routes:", f"{PACK}, line 19", "control char", id="bell"),
    pytest.param(PACK, "clauses:\n", "---\nclauses:\n", f"{PACK}, line 21", "one document"),
    pytest.param(
        "topics.yml", "slug: break-time", "slug: lesson-time", "topics.yml, line 9", "given twice"
    ),
    pytest.param(
        "topics.yml", "[break-time]", "[tea-time]", "topics.yml, line 8", "tea-time is not another"
    ),
    pytest.param(
        "helplines.yml",
        "2026-01-10",
        "lately",
        "helplines.yml, line 10",
        "must be a day",
        id="when",
    ),
    pytest.param(
        "helplines.yml", "[childline]", "[old-line]", "helplines.yml, line 3", "may be shown"
    ),
    pytest.param(
        "helplines.yml", 'web: "example.org"', "", "helplines.yml, line 11", "needs a phone"
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "place", "complaint"), WRONG)
def test_is_refused_with_its_place(
    tmp_path: Path, file: str, old: str, new: str, place: str, complaint: str
) -> None:
    write(tmp_path, swapped(file, old, new))
    with pytest.raises(PackError) as raised:
        Library.load(tmp_path)
    problems = [str(raised.value)]
    if file.startswith(SCHOOL):
        found, errors = find_problems(gather(tmp_path / SCHOOL), read_topics(tmp_path))
        assert found is None
        problems += [str(error) for error in errors]
    assert any(place in problem and complaint in problem for problem in problems), problems
    assert all(len(problem) < 500 and "\n" not in problem for problem in problems)


def test_a_bomb_is_refused_at_its_first_anchor(tmp_path: Path) -> None:
    write(tmp_path, {PACK: BOMB})
    with pytest.raises(PackError, match=r"line 1, &a: anchors aren't allowed"):
        Library.load(tmp_path)


@pytest.mark.parametrize("opening", ["[", "- ", "? ", "{a: "])
def test_nesting_without_end_is_refused_and_does_not_crash(tmp_path: Path, opening: str) -> None:
    write(tmp_path, {PACK: opening * 200_000})
    with pytest.raises(PackError, match=r"levels deep|isn't YAML|a key must be a word"):
        Library.load(tmp_path)


def test_a_huge_file_is_refused_without_being_read_whole(tmp_path: Path) -> None:
    write(tmp_path)
    with (tmp_path / PACK).open("r+b") as stream:
        stream.truncate(50 * MAX_BYTES)
    with pytest.raises(PackError, match=r"pack.yml.* larger than 1 MB"):
        Library.load(tmp_path)


def test_bytes_that_are_not_utf8_are_refused_on_their_line(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / PACK).write_bytes(FILES[PACK].encode().replace(b"Screens", b"Scr\xe9ens"))
    with pytest.raises(PackError, match=r"pack.yml, line 6: .*UTF-8"):
        Library.load(tmp_path)


def test_a_folder_in_the_place_of_a_file_is_refused(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / PACK).unlink()
    (tmp_path / PACK).mkdir()
    with pytest.raises(PackError, match=r"pack.yml.*not a file"):
        Library.load(tmp_path)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    write(tmp_path)
    if os.geteuid() == 0:
        # The superuser may read everything, except for what the system itself refuses.
        (tmp_path / PACK).unlink()
        (tmp_path / PACK).symlink_to("/proc/self/mem")
    else:
        (tmp_path / PACK).chmod(0)
    with pytest.raises(PackError, match=r"pack.yml.*can't be read \(.*permissions"):
        Library.load(tmp_path)


@pytest.mark.parametrize(
    ("gone", "complaint"),
    [
        (PACK, "pack.yml.* does not exist"),
        (DAY, "answers/day.yml.* is missing"),
        ("topics.yml", "topics.yml.* does not exist"),
        ("helplines.yml", "helplines.yml.* does not exist"),
    ],
)
def test_a_missing_file_is_named(tmp_path: Path, gone: str, complaint: str) -> None:
    write(tmp_path)
    (tmp_path / gone).unlink()
    with pytest.raises(PackError, match=complaint):
        Library.load(tmp_path)


def test_an_answers_file_that_no_group_has_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {f"{SCHOOL}/answers/night.yml": FILES[DAY]})
    with pytest.raises(PackError, match=r"answers/night.yml.* not named after a group"):
        Library.load(tmp_path)


def test_all_broken_files_of_a_pack_are_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, {**swapped(AIMS, "id: aims", "id: A"), **swapped(DAY, "topic: lesson", "t: l")})
    _, errors = find_problems(gather(tmp_path / SCHOOL), read_topics(tmp_path))
    told = " ".join(str(error) for error in errors)
    assert "clauses/aims.yml, line 1" in told
    assert "answers/day.yml, line 1" in told


@pytest.mark.parametrize("empty", ["", "# nothing\n", "~\n", "[]\n", "text\n"])
def test_an_empty_or_odd_file_is_refused(tmp_path: Path, empty: str) -> None:
    write(tmp_path, {PACK: empty})
    with pytest.raises(PackError, match=r"pack.yml, line 1"):
        Library.load(tmp_path)


def test_no_content_folder_and_no_school_are_told(tmp_path: Path) -> None:
    with pytest.raises(PackError, match=r"not a folder"):
        Library.load(tmp_path / "nowhere")
    for name in ("topics.yml", "helplines.yml", "urgent.yml"):
        (tmp_path / name).write_text(FILES[name], encoding="utf-8")
    with pytest.raises(PackError, match=r"has no school"):
        Library.load(tmp_path)
