"""What the pages tell people to type exists, and every link leads somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from bot.__main__ import app
from bot.settings import table
from tests.rules.sources import ROOT, files

pytestmark = pytest.mark.rules

PAGES = [path for path in files(".md") if not str(path).startswith("tests/")]
LINK = re.compile(r"(?<!`)\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.S)
CALL = re.compile(r"python -m bot\b((?: +[^\s`|;&<>)]+)*)")
MAKE = re.compile(r"`?\bmake ([a-z]+)\b")
SETTING = re.compile(r"\bSIGNPOST_[A-Z_]+\b")
LARGEST_PICTURE = 150_000
HANDED_OUT = {"for-staff.md", "for-parents.md"}
A_PAGE = 480
"""Words that fit on one side of A4 at a size that people can read."""


def text(page: Path) -> str:
    return (ROOT / page).read_text("utf-8")


def commands(page: Path) -> Iterator[list[str]]:
    for piece in CODE.findall(text(page)):
        joined = piece.replace("\\\n", " ")
        for found in CALL.finditer(joined):
            yield found[1].split()


def resolve(words: list[str]) -> str | None:
    """What is wrong with a command as it is written; its options and verbs must exist."""
    command: Any = typer.main.get_command(app)
    for word in words:
        if word.startswith("--"):
            known = {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
            if word.partition("=")[0] not in known | {"--help"}:
                return f"there is no option {word}"
        elif hasattr(command, "commands"):
            if word not in command.commands:
                return f"there is no verb {word}"
            command = command.commands[word]
    return None


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_command_exists(page: Path) -> None:
    wrong = {" ".join(words): why for words in commands(page) if (why := resolve(words))}
    assert wrong == {}


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_target_of_make_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", text(Path("Makefile")), re.M))
    named = {found for piece in CODE.findall(text(page)) for found in MAKE.findall(piece)}
    assert named <= targets


def test_the_targets_of_make_are_explained() -> None:
    makefile = text(Path("Makefile"))
    targets = set(re.findall(r"^([a-z]+):", makefile, re.M)) - {"help", "format"}
    assert set(re.findall(r'echo "make ([a-z]+) ', makefile)) == targets


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_setting_exists(page: Path) -> None:
    known = {row.name for row in table()}
    assert set(SETTING.findall(text(page))) <= known


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text(page), re.M)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_link_leads_somewhere(page: Path) -> None:
    lost = []
    for link in LINK.findall(CODE.sub("", text(page))):
        if link.startswith(("https://", "mailto:")):
            continue
        where, _, anchor = link.partition("#")
        target = (ROOT / page.parent / where).resolve() if where else ROOT / page
        if not target.exists() or (anchor and anchor not in anchors(target.relative_to(ROOT))):
            lost.append(link)
    assert lost == []


def test_every_page_can_be_reached_from_the_readme() -> None:
    found, waiting = set(), [Path("README.md")]
    while waiting:
        page = waiting.pop()
        if page in found:
            continue
        found.add(page)
        for link in LINK.findall(text(page)):
            target = (ROOT / page.parent / link.partition("#")[0]).resolve()
            if target.suffix == ".md" and target.exists():
                waiting.append(target.relative_to(ROOT))
    assert {page for page in PAGES if page.parts[0] == "docs"} - found == set()


def test_the_pictures_are_small_and_shown() -> None:
    for picture in (ROOT / "docs" / "pictures").iterdir():
        assert picture.stat().st_size < LARGEST_PICTURE, picture.name
        assert f"docs/pictures/{picture.name}" in text(Path("README.md"))


@pytest.mark.parametrize("name", sorted(HANDED_OUT))
def test_what_is_handed_out_fits_on_a_page(name: str) -> None:
    assert len(text(Path("docs") / name).split()) <= A_PAGE


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ("packs check", None),
        ("people add --school welbeck --name X", None),
        ("people ad --school welbeck", "there is no verb ad"),
        ("backup FILE --fast", "there is no option --fast"),
    ],
)
def test_a_wrong_command_is_found(written: str, wrong: str | None) -> None:
    assert resolve(written.split()) == wrong
