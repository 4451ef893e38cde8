"""Words that steer a form: only as a whole message, and only while a form is there."""

from __future__ import annotations

import pytest

from bot.dialogue.controls import control, steering


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("back", steering("back")),
        ("Go back, please!", steering("back")),
        ("That’s all.", steering("done")),
        ("SKIP", steering("skip")),
        ("save for later", "/save"),
        ("stop", "/cancel"),
        ("carry on", "/take-up"),
        ("Sorry, can I go back?", steering("back")),
        ("no wait, I want to go back", steering("back")),
        ("I want to stop now", "/cancel"),
        ("can i start again", "/cancel"),
        ("Can I do it later?", "/save"),
        ("sorry I have to go now", "/save"),
        ("that is all I know, thank you", steering("done")),
        ("I need to skip this question please", steering("skip")),
        ("I don't want to do this anymore", "/cancel"),
        ("make it stop", None),
        ("now", None),
        ("I want him to stop", None),
        ("they won't let me go back", None),
        ("she told him to stop and go back", None),
        ("back then I was new here", None),
        ("", None),
    ],
)
def test_in_a_form(text: str, means: str | None) -> None:
    assert control(text, in_form=True, saved=False) == means


@pytest.mark.parametrize("text", ["back", "skip", "that's all", "stop"])
def test_outside_a_form_they_are_words(text: str) -> None:
    assert control(text, in_form=False, saved=False) is None


def test_a_saved_form_can_be_taken_up_or_wiped() -> None:
    assert control("Carry on", in_form=False, saved=True) == "/take-up"
    assert control("throw it away", in_form=False, saved=True) == "/cancel"
    assert control("throw it away", in_form=False, saved=False) is None
