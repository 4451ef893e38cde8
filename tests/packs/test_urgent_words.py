"""What is said when somebody may be hurt: the order, the right people, and no word too many."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import get_args

import pytest

from bot.errors import PackError
from bot.language.urgent.kinds import IMAGES, KINDS, LEVEL
from bot.messages import About, Writer
from bot.policy.library import Library
from bot.policy.readability import OLDEST_READER, reading_age
from bot.policy.urgent import Level
from tests.packs.small import swapped, write

CONTENT = Path(__file__).parents[2] / "policy_content"
WRITERS: tuple[Writer, ...] = get_args(Writer)
LEVELS: tuple[Level, ...] = get_args(Level)
ABOUT: tuple[About | None, ...] = (None, *get_args(About))
LONGEST = 960


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.load(CONTENT)


def said(library: Library, school: str, kind: str, writer: Writer, **more: object) -> str:
    level = "immediate" if LEVEL[kind] == "immediate" else "serious"  # type: ignore[index]
    pack = library.pack(school)
    return library.urgent.reply(pack, kind, level, writer, **more)  # type: ignore[arg-type]


def every(library: Library) -> Iterator[str]:
    for school, kind, writer, about in product(library.schools(), KINDS, WRITERS, ABOUT):
        yield said(library, school, kind, writer, about=about, images=kind in IMAGES)


def test_every_kind_that_is_noticed_has_words(library: Library) -> None:
    assert set(library.urgent.kinds) == set(KINDS)


def test_danger_comes_before_all_else(library: Library) -> None:
    for text in every(library):
        first = text.index("999")
        assert first < 330 and first < text.index("Help and advice:")
        assert len(text) <= LONGEST, len(text)


def test_the_words_are_easy_to_read(library: Library) -> None:
    texts = [said(library, "welbeck", kind, writer) for kind, writer in product(KINDS, WRITERS)]
    assert reading_age(texts) <= OLDEST_READER


@pytest.mark.parametrize("kind", KINDS)
def test_then_the_school_and_then_outside_help(library: Library, kind: str) -> None:
    text = said(library, "welbeck", kind, "staff")
    assert text.index("999") < text.index("Lucy Coull") < text.index("Help and advice:")
    assert "(named in March 2022)" in text
    for rule in ("don't question", "Don't promise", "exact words", "in person", "Don't wait"):
        assert rule in text


@pytest.mark.parametrize("kind", KINDS)
def test_a_child_gets_kind_words_childline_and_a_grown_up(library: Library, kind: str) -> None:
    text = said(library, "longton", kind, "child")
    assert text.startswith("Thank you for telling me.")
    assert "isn't your fault" in text and "0800 1111" in text and "grown-up you trust" in text
    assert "?" not in text, "a child isn't questioned"


@pytest.mark.parametrize("writer", WRITERS)
def test_a_picture_is_not_to_be_sent_before_anything_else_is_asked(
    library: Library, writer: Writer
) -> None:
    text = said(library, "rosewood", "nude-image", writer, images=True)
    assert "I won't take any picture or file in this chat" in text
    assert text.index("I won't take") < text.index("Help and advice:")


def test_nobody_is_sent_to_the_person_whom_it_is_about(library: Library) -> None:
    grown: tuple[Writer, ...] = ("staff", "parent", "adult")
    for writer, kind in product(grown, KINDS):
        head = said(library, "rosewood", kind, writer, about="head")
        assert "the chair of governors" in head and "the headteacher" not in head
        assert "Don't go to the person whom this is about" in head
        lead = said(library, "rosewood", kind, writer, about="dsl")
        assert "the headteacher" in lead and "safeguarding lead" not in lead


def test_where_the_head_leads_on_safeguarding_the_chair_is_told(library: Library) -> None:
    for about in ("head", "dsl"):
        text = said(library, "blean", "staff-contact", "staff", about=about)
        assert "the chair of governors" in text and "Rowden" not in text
    child = said(library, "blean", "staff-contact", "child", about="head")
    assert "another teacher" in child and "Rowden" not in child


def test_a_concern_about_staff_goes_to_the_head_and_the_lead(library: Library) -> None:
    text = said(library, "welbeck", "staff-contact", "staff", about="staff")
    assert "the headteacher and the designated safeguarding lead (DSL), Lucy Coull" in text


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("kind: missing", "kind: Missing!", "kind"),
        ("[childline], adult", "[old-line], adult", "is not a helpline that may be shown"),
        (", adult: [childline]}", "}", "lacks adult"),
        (', adult: "None."}', "}", "lacks adult"),
    ],
)
def test_a_bad_file_is_refused_by_name_and_line(
    tmp_path: Path, old: str, new: str, complaint: str
) -> None:
    content = write(tmp_path, swapped("urgent.yml", old, new))
    with pytest.raises(PackError, match=r"urgent\.yml, line \d+") as refusal:
        Library.load(content)
    assert complaint in str(refusal.value)
