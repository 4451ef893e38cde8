"""What keeps the project readable: small files, telling names, a duty at the head of each."""

from __future__ import annotations

import ast
import re

import pytest

from tests.rules.sources import ROOT, files, modules

pytestmark = pytest.mark.rules

LONGEST_MODULE = 400
LONGEST_YAML = 250
LONG_YAML = {"policy_content/topics.yml", "tests/language/details/openings.yml"}
"""The one list of all topics is read best as one list, and so are the openings that judge."""

EMPTY_NAMES = re.compile(r"(^|_)(utils?|helpers?|managers?)(_|$)|(Utils?|Helper|Manager)$")


def lines(name: str) -> int:
    return len((ROOT / name).read_text(encoding="utf-8").splitlines())


def test_no_module_is_long() -> None:
    long = {str(path): lines(str(path)) for path in files(".py")}
    assert {name: count for name, count in long.items() if count > LONGEST_MODULE} == {}


def test_no_yaml_file_is_long() -> None:
    long = {str(path): lines(str(path)) for path in files(".yml", ".yaml")}
    over = {name: count for name, count in long.items() if count > LONGEST_YAML}
    assert over.keys() <= LONG_YAML, over


def test_nothing_is_named_after_nothing() -> None:
    named = [str(path) for path in files(".py") if EMPTY_NAMES.search(path.stem)]
    for module in modules():
        for node in ast.walk(ast.parse((ROOT / module).read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and EMPTY_NAMES.search(node.name):
                named.append(f"{module}: {node.name}")
    assert named == []


@pytest.mark.parametrize("name", ["utils", "pack_helpers", "PackManager", "StoreUtils", "helper"])
def test_empty_names_are_known(name: str) -> None:
    assert EMPTY_NAMES.search(name)


@pytest.mark.parametrize("name", ["helpline", "management_page", "Helplines"])
def test_other_names_are_left_alone(name: str) -> None:
    assert not EMPTY_NAMES.search(name)


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path)
        for path in files(".py")
        if (text := (ROOT / path).read_text(encoding="utf-8")).strip()
        and ast.get_docstring(ast.parse(text)) is None
    ]
    assert silent == []
