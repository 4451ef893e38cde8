"""Whether a message asks after one's own report, has more for it, or speaks of something else."""

from __future__ import annotations

import pytest

from bot.dialogue.answering import only_begins, reports_anything
from bot.dialogue.following import following


@pytest.mark.parametrize(
    "text",
    [
        "what about my report?",
        "Any news on my report",
        "has anyone seen my report yet?",
        "has the head read my report",
        "is anyone dealing with my report",
        "What's happening with my report?",
        "did anyone get my report",
        "where is my report",
        "status",
        "my reports",
        "How does my report stand?",
        "how do my reports stand now",
        "any news?",
    ],
)
def test_asking_after_a_report(text: str) -> None:
    assert following(text, in_form=False) == "/my-reports"
    assert following(text, in_form=True) == "/my-reports"


@pytest.mark.parametrize(
    ("text", "payload"),
    [
        ("SP-7KQ4-XM2D", '/my-reports{"report": "SP-7KQ4-XM2D"}'),
        ("What's happening with sp 7kq4 xm2d?", '/my-reports{"report": "SP-7KQ4-XM2D"}'),
        ("add to my report", "/addition"),
        ("I want to add something to my report", "/addition"),
        ("there's more about my report", "/addition"),
        ("I forgot something in my report", "/addition"),
        ("update my report", "/addition"),
        ("add to my report: he rang again", '/addition{"said": "he rang again"}'),
        (
            "add to SP7KQ4XM2D: he wrote\nagain",
            '/addition{"report": "SP-7KQ4-XM2D", "said": "he wrote\\nagain"}',
        ),
        (
            "SP-7KQ4-XM2D he has done it again",
            '/addition{"report": "SP-7KQ4-XM2D", "said": "he has done it again"}',
        ),
    ],
)
def test_a_number_and_something_to_add(text: str, payload: str) -> None:
    assert following(text, in_form=False) == payload


@pytest.mark.parametrize(
    "text",
    [
        "what happens after I report",
        "what happens to my report",
        "who sees the report",
        "can I post my report on facebook",
        "I want to report a post about the school",
        "what should I put in the report?",
        "add to my story on insta",
        "a pupil added me",
        "how is my report stored",
        "he wrote about the report that I made and everybody in the staff room knows of it now",
        "",
    ],
)
def test_what_is_about_something_else(text: str) -> None:
    assert following(text, in_form=False) is None


def test_a_story_that_begins_with_a_number_stays_a_story() -> None:
    assert following("SP-7KQ4-XM2D he has done it again", in_form=True) is None


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("i need to report it", True),
        ("I'd like to report this please", True),
        ("report", True),
        ("can i report it", True),
        ("I want to report that a mum added me", False),
        ("a pupil added me and I want to report it", False),
        ("", False),
    ],
)
def test_whether_a_message_only_asks_to_begin(text: str, only: bool) -> None:
    assert only_begins(text) is only


@pytest.mark.parametrize(
    ("text", "anything"),
    [
        ("report", True),
        ("Report something", True),
        ("I need to report something please", True),
        ("hi can i make a report", True),
        ("start a new report", True),
        ("report an incident", True),
        ("report it", False),
        ("I want to report it", False),
        ("report a website", False),
        ("report a teacher", False),
        ("add to my report", False),
        ("what happens after I report something", False),
        ("can pupils report something anonymously", False),
        ("I want to report bullying on snapchat", False),
    ],
)
def test_a_report_of_anything_is_begun_by_so_little(text: str, anything: bool) -> None:
    assert reports_anything(text) is anything
