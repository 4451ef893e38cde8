"""Stock Rasa's turns, for comparison with ours: one turn, and a step of its two-question form."""

from __future__ import annotations

from tests.bench.figures import Figure, median, percentile
from tests.bench.messages import REPORT, messages
from tests.bench.process import Talk
from tests.bench.stock import environment

WARM_UP = 20


def measure(quick: bool) -> list[Figure]:
    turns = _turns(200 if quick else 1000)
    steps = _form_steps(10 if quick else 50)
    return [
        Figure("one turn of stock, p50", median(turns), "ms", samples=turns),
        Figure("one turn of stock, p99", percentile(turns, 0.99), "ms"),
        Figure("a form step of stock, p50", median(steps), "ms", samples=steps),
    ]


def _turns(count: int) -> tuple[float, ...]:
    with Talk(environment.talking("ask")) as talk:
        taken = [float(talk.say(text)["ms"]) for text in messages(WARM_UP + count)]
    return tuple(taken[WARM_UP:])


def _form_steps(forms: int) -> tuple[float, ...]:
    """Walk through the form, each time in a new conversation; only the answers count."""
    opening, *answers = REPORT
    taken: list[float] = []
    with Talk(environment.talking("converse")) as talk:
        for _ in range(forms + 1):
            talk.say("")
            talk.say(opening)
            taken += [float(talk.say(answer)["ms"]) for answer in answers]
    return tuple(taken[len(answers) :])
