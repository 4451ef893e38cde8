"""`packs new`, `packs show`, `packs diff`, `compare` and the schemas for editors."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]  # it has no types
import pytest
import yaml

from bot.errors import PackError
from bot.policy.check import check
from bot.policy.diff import diff
from bot.policy.editor import schemas, write_schemas
from bot.policy.library import Library
from bot.policy.new import new_pack
from bot.policy.schema import NotCovered
from bot.policy.show import compare, show_school, show_topic
from tests.packs.small import FILES, SCHOOL, swapped, write

TODAY = datetime.date(2026, 3, 1)
DAY = f"{SCHOOL}/answers/day.yml"
PACK = f"{SCHOOL}/pack.yml"


def test_a_new_pack_loads_and_covers_nothing_yet(tmp_path: Path) -> None:
    write(tmp_path)
    new_pack(tmp_path, "low-side", 'The "Low" Side \\ School')
    pack = Library.load(tmp_path).pack("low-side")
    assert pack.school.name == 'The "Low" Side \\ School'
    sides = [side for sides in pack.answers.values() for side in sides.values()]
    assert sides and all(isinstance(side, NotCovered) for side in sides)
    assert check(tmp_path, TODAY).errors == []


@pytest.mark.parametrize(
    ("school", "name", "complaint"),
    [
        (SCHOOL, "Hill", "is there already"),
        ("../low", "Low", "can't be a school's id"),
        ("Low Side", "Low", "can't be a school's id"),
        ("", "Low", "can't be a school's id"),
        ("low", " ", "1 to 48 characters"),
        ("low", "L" * 49, "1 to 48 characters"),
        ("low", "Low\nschool: x", "1 to 48 characters"),
    ],
)
def test_a_new_pack_is_refused(tmp_path: Path, school: str, name: str, complaint: str) -> None:
    write(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(PackError, match=complaint):
        new_pack(tmp_path, school, name)
    assert sorted(tmp_path.rglob("*")) == before


def test_show_gives_the_school_at_a_glance(tmp_path: Path) -> None:
    lines = show_school(Library.load(write(tmp_path)), SCHOOL)
    assert "  the headteacher: Ada Park (Head), stated March 2024" in lines
    assert "  the designated safeguarding lead (DSL): not named" in lines
    assert any(line.split() == ["lesson-time", "no", "/", "info"] for line in lines)


def test_show_gives_a_topic_with_its_clauses(tmp_path: Path) -> None:
    lines = show_topic(Library.load(write(tmp_path)), SCHOOL, "lesson-time", TODAY)
    assert "No. Put it away until the lesson ends." in lines
    assert "no-lessons: Staff put phones away in lessons." in lines
    assert "[Ask for permission] flow:permission" in lines


def test_compare_has_a_line_for_each_school_and_audience(tmp_path: Path) -> None:
    other = {
        name.replace(SCHOOL, "low-side"): text.replace("hill-top", "low-side")
        for name, text in FILES.items()
        if name.startswith(SCHOOL)
    }
    other["low-side/answers/day.yml"] = other["low-side/answers/day.yml"].replace('"no"', '"yes"')
    library = Library.load(write(tmp_path, other))
    rows = [line.split()[:4] for line in compare(library, "lesson-time")[3:]]
    assert rows[0] == ["hill-top", "staff", "no", "head"]
    assert rows[1][:3] == ["parent", "info", "-"]
    assert rows[2] == ["low-side", "staff", "yes", "head"]
    with pytest.raises(PackError, match="no topic called 'tea'"):
        compare(library, "tea")


def test_diff_shows_what_changes_for_people(tmp_path: Path) -> None:
    old = write(tmp_path / "old") / SCHOOL
    changed = swapped(DAY, "until the lesson ends", "until break")
    changed |= swapped(PACK, '"Ada Park"', '"Eve Lane"')
    new = write(tmp_path / "new", changed) / SCHOOL
    lines = diff(old, new)
    assert "changed: people" in lines
    assert "changed: lesson-time, staff" in lines
    assert "-No. Put it away until the lesson ends." in lines
    assert "+No. Put it away until break." in lines
    assert not any("lesson-time, parent" in line for line in lines)
    assert diff(old, old) == []


def test_diff_compares_packs_with_different_topics(tmp_path: Path) -> None:
    old = write(tmp_path / "old") / SCHOOL
    topics = FILES["topics.yml"] + "  - {slug: home-time, title: Home, asks: And at home?}\n"
    answers = FILES[DAY] + "- {topic: home-time, staff: not_covered, parent: not_covered}\n"
    new = write(tmp_path / "new", {"topics.yml": topics, DAY: answers}) / SCHOOL
    assert "new: home-time, staff" in diff(old, new)
    assert "gone: home-time, parent" in diff(new, old)


def _schema_for(name: str) -> str:
    if "/" not in name:
        return name.replace(".yml", ".schema.json")
    return "pack.schema.json" if name.endswith("pack.yml") else f"{name.split('/')[1]}.schema.json"


class _AsEditorsRead(yaml.SafeLoader):
    """YAML as an editor's schema check sees it: dates stay text."""


_AsEditorsRead.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@pytest.mark.parametrize("name", FILES)
def test_the_editors_schema_accepts_good_files(name: str) -> None:
    schema = schemas()[_schema_for(name)]
    jsonschema.Draft7Validator.check_schema(schema)
    found = yaml.load(FILES[name], Loader=_AsEditorsRead)
    jsonschema.validate(found, schema)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (PACK, "kind: ", "sort: "),
        (PACK, "role: dsl", "role: boss"),
        (PACK, "2025-03", "spring"),
        (PACK, "id: hill-top", "id: Hill Top"),
        (DAY, 'verdict: "no"', "verdict: no"),
        (DAY, "flow: permission", "flow: letter"),
        (DAY, "staff: not_covered", "staff: later"),
    ],
)
def test_the_editors_schema_refuses_bad_files(name: str, old: str, new: str) -> None:
    text = swapped(name, old, new)[name]
    found = yaml.load(text, Loader=_AsEditorsRead)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(found, schemas()[_schema_for(name)])


def test_the_schemas_are_written(tmp_path: Path) -> None:
    paths = write_schemas(tmp_path / "schemas")
    assert [json.loads(path.read_text())["title"] for path in paths] == [
        "Signpost topics",
        "Signpost helplines",
        "Signpost urgent",
        "Signpost pack",
        "Signpost clauses",
        "Signpost answers",
    ]
