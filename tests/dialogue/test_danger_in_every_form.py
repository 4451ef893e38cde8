"""A message in danger is answered with help at each step of each form, and the form is kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from bot.app import App
from bot.dialogue.training import DOMAIN
from bot.first import GO_ON
from bot.messages import Arrival, Said

DANGER = (
    "a boy in my class says he is going to kill himself tonight",
    "she has gone to meet a man she only knows from discord",
    "someone is sharing naked pictures of a year 9 girl",
)
MOST_STEPS = 40


def forms() -> dict[str, list[str]]:
    """Every form of the domain, with its questions in their order."""
    found: dict[str, list[str]] = {}
    for path in sorted(DOMAIN.glob("*.yml")):
        kept = yaml.safe_load(Path(path).read_text("utf-8")).get("forms") or {}
        found |= {form: entry["required_slots"] for form, entry in kept.items()}
    return found


def test_there_are_forms() -> None:
    assert forms()


@pytest.mark.parametrize("form", forms())
@pytest.mark.parametrize("danger", DANGER)
async def test_help_comes_first_at_every_step(
    form: str, danger: str, app: App, new_id: Callable[[], str]
) -> None:
    async def says(text: str) -> Said:
        where = f"test:{form}"
        return await app.answer(Arrival("test", new_id(), where, "welbeck", "staff", text))

    said = await says(BEGIN[form])
    walked = []
    for _ in range(MOST_STEPS):
        if said.step is None:
            break
        assert said.flow == form
        step, answers = said.step, [b.title for reply in said.replies for b in reply.buttons]
        walked.append(step)
        urgent = await says(danger)
        assert (urgent.outcome, urgent.flow, urgent.step) == ("urgent", form, step)
        assert "999" in urgent.replies[0].text
        again = await says(GO_ON)
        assert (again.flow, again.step) == (form, step), "the form stands where it stood"
        said = await says(answers[0])
    assert walked == forms()[form]


BEGIN = {"contact-report": "a pupil contacted me privately and I want to report it"}
"""How each form is begun; a form that is missing here fails the test above."""
