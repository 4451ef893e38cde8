"""A reader is found by any name that people use for them, and by no other."""

from __future__ import annotations

import pytest

from bot.cases import Reader
from bot.cases.naming import Name, is_named, same_person, stands_in
from tests.cases.people import CHAIR, DEPUTY, HEAD, LEAD, NETWORK, reader


@pytest.mark.parametrize(
    ("who", "said"),
    [
        (HEAD, "Ian Rowden"),
        (HEAD, "Rowden, Ian"),
        (HEAD, "mr ROWDEN"),
        (HEAD, "Mr Rowden and Miss Prior"),
        (HEAD, "Mr Rowden's wife"),
        (HEAD, "@MrRowden"),
        (HEAD, "irowden"),
        (HEAD, "https://example.org/ian.rowden.9"),
        (HEAD, "the headteacher"),
        (HEAD, "our head teacher"),
        (HEAD, "Head"),
        (LEAD, "the DSL"),
        (DEPUTY, "the deputy head"),
        (DEPUTY, "deputy safeguarding lead"),
        (CHAIR, "Samuelson"),
        (CHAIR, "the chair of governors"),
        (NETWORK, "Mr O’Brien-Holt"),
        (NETWORK, "O'Brien"),
        (NETWORK, "O Brien"),
        (NETWORK, "carl obrienholt"),
        (reader(9, "Zoë Müller (DSL)", "dsl"), "Mrs Muller"),
        (reader(9, "Anna van der Berg", "slt"), "Ms Van Der Berg"),
        (reader(9, "Kara", "slt"), "Kara"),
    ],
)
def test_these_are_the_reader(who: Reader, said: str) -> None:
    assert is_named(who, ["Nobody Known", said], given_alone=False)


@pytest.mark.parametrize(
    ("who", "said"),
    [
        (HEAD, ""),
        (HEAD, "Mr"),
        (HEAD, "the deputy headteacher"),
        (HEAD, "the head of year 6"),
        (HEAD, "Rowdenson"),
        (HEAD, "Lucy Coull"),
        (LEAD, "the deputy DSL"),
        (CHAIR, "Mr Hughes"),
        (reader(9, "Mrs", "head"), "Mrs"),
        (reader(9, "", "slt"), "anybody"),
    ],
)
def test_these_are_somebody_else(who: Reader, said: str) -> None:
    assert not is_named(who, [said], given_alone=True)


def test_a_first_name_is_enough_among_staff_only() -> None:
    assert is_named(HEAD, ["Mr Ian"], given_alone=True)
    assert not is_named(HEAD, ["Ian"], given_alone=False)
    assert not is_named(HEAD, ["Ian Smith"], given_alone=True)


def test_titles_and_remarks_are_no_part_of_a_name() -> None:
    assert Name.of("Mrs. Anna-Maria  O'Brien (head)") == Name(("anna", "maria"), ("obrien",))
    assert same_person(HEAD, reader(9, "Mr Ian Rowden (DSL)", "dsl"))
    assert not same_person(reader(1, "", "dsl"), reader(2, "", "head"))


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ("ian rowden keeps texting my daughter", True),
        ("It was Ian Rowden's phone.", True),
        ("I TOLD IAN ROWDEN and he laughed. Ian Rowden!", True),
        ("I've told Ian Rowden already", False),
        ("Rowden was there", False),
        ("Ian was there, and so was Mrs Rowden", False),
        ("", False),
    ],
)
def test_a_whole_name_in_a_text_is_found_unless_they_were_only_told(
    said: str, stands: bool
) -> None:
    assert stands_in(HEAD, said) is stands
    assert not stands_in(reader(9, "Rowden", "head"), said)
