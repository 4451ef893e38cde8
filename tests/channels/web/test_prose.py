"""How a reply's plain text becomes paragraphs, lists and links."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.web.prose import Prose, prose, spans


def shape(text: str) -> list[tuple[str, list[str]]]:
    return [
        (block.kind, ["".join(span.text for span in row) for row in block.rows])
        for block in prose(text).blocks
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("One.\n\nTwo.", [("p", ["One."]), ("p", ["Two."])]),
        ("One\nstill one", [("p", ["One", "still one"])]),
        ("Help:\n- a\n- b", [("p", ["Help:"]), ("ul", ["a", "b"])]),
        ("1. a\n2. b\n\nEnd", [("ol", ["a", "b"]), ("p", ["End"])]),
        ("- a\n1. b", [("ul", ["a"]), ("ol", ["b"])]),
        ("In 2023. Yes", [("p", ["In 2023. Yes"])]),
        ("-5 degrees", [("p", ["-5 degrees"])]),
    ],
)
def test_paragraphs_and_lists(text: str, expected: list[tuple[str, list[str]]]) -> None:
    assert shape(text) == expected


def test_progress_is_shown_apart() -> None:
    seen = prose("Question 3 of 9. When was it?")
    assert (seen.step, seen.steps) == (3, 9)
    assert shape("Question 3 of 9. When was it?") == [("p", ["When was it?"])]
    assert prose("In question 3 of 9. No") == Prose(prose("In question 3 of 9. No").blocks)


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("call 999 first", {"999": "tel:999"}),
        ("999 people came", {}),
        ("0808 800 5000", {"0808 800 5000": "tel:08088005000"}),
        ("0800 1111, now", {"0800 1111": "tel:08001111"}),
        ("Samaritans on 116 123.", {"116 123": "tel:116123"}),
        ("on 02/03/2022 at 10", {}),
        ("write to help@nspcc.org.uk.", {"help@nspcc.org.uk": "mailto:help@nspcc.org.uk"}),
        (
            "see https://www.iwf.org.uk/a?b=c.",
            {"https://www.iwf.org.uk/a?b=c": "https://www.iwf.org.uk/a?b=c"},
        ),
        ("javascript:alert(1)", {}),
    ],
)
def test_what_can_be_followed(text: str, links: dict[str, str]) -> None:
    assert {span.text: span.href for span in spans(text) if span.href} == links


@given(st.text())
def test_no_word_is_lost(text: str) -> None:
    shown = "".join("".join(rows) for _, rows in shape(text))
    wanted = text if (step := prose(text).step) is None else text.partition(f"{step}")[2]
    kept = {letter for letter in wanted if letter.isalpha()}
    assert kept - {*"Questionof"} <= set(shown)


@given(st.text())
def test_links_add_nothing(text: str) -> None:
    assert "".join(span.text for span in spans(text)) == text
