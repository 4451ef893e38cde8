"""At each step of each form, whatever comes: no dead end, nothing lost, and always a way out."""

from __future__ import annotations

import pytest

from bot.dialogue.controls import BACK, SAVE, STOP, THATS_ALL
from bot.dialogue.questions import CONFIRM
from bot.messages import Said
from tests.dialogue.conversation import Conversation
from tests.dialogue.walking import WALKS, answer, begin

QUESTION = "can i post photos of the fair?"
MOST_STEPS = 25

STAYS = ("", "  \u200b ", "show summary", QUESTION, "/help", "who will see this?")
"""Messages that answer nothing: the same question is asked again."""


def ways_out(said: Said) -> bool:
    offered = {button.title for reply in said.replies for button in reply.buttons}
    return {SAVE, STOP} <= offered


@pytest.mark.parametrize(("form", "talk"), WALKS, indirect=["talk"])
async def test_what_answers_nothing_loses_nothing(form: str, talk: Conversation) -> None:
    said = await begin(talk, form)
    for _ in range(MOST_STEPS):
        if said.step is None:
            break
        step = said.step
        for nothing in STAYS:
            said = await talk.says(nothing)
            assert (said.flow, said.step) == (form, step), (nothing, said.replies)
            assert ways_out(said), nothing
        offered = {button.title for reply in said.replies for button in reply.buttons}
        if step != CONFIRM and THATS_ALL not in offered:
            said = await talk.says("send it")
            assert (said.flow, said.step) == (form, step), "before its time it sends nothing"
        said = await talk.says("", "program")
        assert (said.flow, said.step) == (form, step)
        assert "haven't" in said.replies[0].text
        said = await talk.says("carry on")
        assert (said.flow, said.step) == (form, step) and ways_out(said)
        said = await answer(talk, said)
    assert said.reference


@pytest.mark.parametrize(("form", "talk"), WALKS, indirect=["talk"])
async def test_ten_thousand_characters_are_an_answer_or_refused(
    form: str, talk: Conversation
) -> None:
    said = await begin(talk, form)
    for _ in range(MOST_STEPS):
        if said.step is None:
            break
        assert ways_out(said)
        long = await talk.says("ab cd efg. " * 910)
        assert long.replies and long.flow == form
        assert long.step is not None and ways_out(long)
        said = await answer(talk, long)
    assert said.reference


@pytest.mark.parametrize(("form", "talk"), WALKS, indirect=["talk"])
async def test_back_leads_back_and_saving_keeps(form: str, talk: Conversation) -> None:
    said = await begin(talk, form)
    first = said.step
    said = await talk.says(BACK)
    assert said.step == first and "first question" in said.replies[0].text
    for _ in range(MOST_STEPS):
        step = said.step
        if step is None:
            break
        saved = await talk.says("save for later")
        assert (saved.step, saved.draft) == (None, True)
        await talk.restart()
        taken_up = await talk.says("carry on")
        assert (taken_up.flow, taken_up.step) == (form, step)
        said = await answer(talk, taken_up)
        if said.step not in (None, step):
            back = await talk.says("go back")
            assert back.step == step
            said = await answer(talk, back)
            if said.step == step:
                said = await answer(talk, said)
    assert said.reference


@pytest.mark.parametrize(("form", "talk"), WALKS, indirect=["talk"])
async def test_it_can_be_stopped_at_every_step(form: str, talk: Conversation) -> None:
    for steps in range(MOST_STEPS):
        said = await begin(talk, form)
        for _ in range(steps):
            said = await answer(talk, said)
            if said.step is None:
                assert said.reference
                return
        stopped = await talk.says("/cancel")
        assert (stopped.flow, stopped.step, stopped.wiped) == (None, None, True)
        assert talk.store is not None
        memory = await talk.store.memory(talk.name)
        assert memory is not None and b"some words of mine" not in memory
    raise AssertionError("the form never came to an end")
