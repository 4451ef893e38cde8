"""A message in danger is answered with help at each step of each form, and the form is kept."""

from __future__ import annotations

import pytest

from bot.first import GO_ON, NO
from tests.dialogue.conversation import Conversation
from tests.dialogue.walking import WALKS, answer, begin

DANGER = (
    "a boy in my class says he is going to kill himself tonight",
    "she has gone to meet a man she only knows from discord",
    "someone is sharing naked pictures of a year 9 girl",
)
MOST_STEPS = 40


@pytest.mark.parametrize(("form", "talk"), WALKS, indirect=["talk"])
async def test_help_comes_first_at_every_step(form: str, talk: Conversation) -> None:
    said = await begin(talk, form)
    walked = 0
    for _ in range(MOST_STEPS):
        if said.step is None:
            break
        assert said.flow == form
        step = said.step
        walked += 1
        urgent = await talk.says(DANGER[walked % len(DANGER)])
        assert (urgent.outcome, urgent.flow, urgent.step) == ("urgent", form, step)
        assert "999" in urgent.replies[0].text
        assert urgent.draft, "the draft still waits to be minded"
        again = await talk.says(NO)
        assert (again.flow, again.step) == (form, step), "the form stands where it stood"
        again = await talk.says(GO_ON)
        assert (again.flow, again.step) == (form, step)
        said = await answer(talk, again)
    assert walked >= 6
    assert said.reference, "the form was finished all the same"
