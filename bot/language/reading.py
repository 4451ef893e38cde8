"""What a message was taken to mean, and when a reading is good enough to act on.

The worst outcome is a sure answer to a question that nobody asked. So what each outcome costs is
stated in `nlu/config.yml`, and whatever is expected to cost least is done: act on the reading,
offer two or three, or say plainly that it isn't clear.

Topics outside this policy are pooled before they are compared, since they all lead to the office.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from bot.errors import ModelError

Decision = Literal[
    "answer",
    "clarify",
    "outside",
    "unknown",
    "foreign",
    "direct",
    "whom-to-tell",
    "where-it-stands",
]
Ranking = Sequence[tuple[str, float]]

RANKED = 5
OFFERED = 3
OUTSIDE = "outside/"
ASK = "ask/"
COSTS = ("wrong", "wrong_form", "refused", "asked_back")


@dataclass(frozen=True)
class Costs:
    """What an outcome costs; the values stand, with their reasons, in `nlu/config.yml`.

    `wrong`: acting on a reading that isn't right. `wrong_form`: beginning a form that nobody
    wanted, which asks before it does anything. `refused`: not answering what could be answered.
    `asked_back`: offering readings, the right one among them. `slight`: a reading less likely is
    never offered. `chat`: the intents that are small talk, which is never offered either.
    """

    wrong: float
    wrong_form: float
    refused: float
    asked_back: float
    slight: float
    chat: frozenset[str]

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Costs:
        try:
            numbers = {name: float(config["costs"][name]) for name in COSTS}
            return cls(**numbers, slight=float(config["slight"]), chat=frozenset(config["chat"]))
        except (KeyError, TypeError, ValueError):
            raise ModelError(
                f"nlu/config.yml: TopicClassifier needs costs ({', '.join(COSTS)}), a number for "
                "slight, and a list of intents for chat."
            ) from None


@dataclass(frozen=True)
class Reading:
    """`labels` and `ranking` are full labels such as `ask/<topic>`; `ranking` is the best five.

    `unknown` names its best guess as well: for the gap list, never as an answer. `why` says what
    besides the words decided: an earlier choice, or the question before.
    """

    decision: Decision
    labels: tuple[str, ...]
    confidence: float
    ranking: tuple[tuple[str, float], ...]
    familiar: bool = True
    trust: float = 0.0
    why: tuple[str, ...] = ()

    @property
    def intent(self) -> str:
        """The intent that Rasa's rules see."""
        if self.decision == "foreign":
            return "unknown"
        if self.decision in ("answer", "outside", "direct"):
            return self.labels[0].partition("/")[0]
        return self.decision

    @property
    def sure(self) -> bool:
        return self.decision in ("answer", "direct")


def decide(ranking: Ranking, trust: float, familiar: bool, costs: Costs) -> Reading:
    """Read a full ranking, most likely first; `trust` is how likely it is that the top is right."""

    def reading(decision: Decision, confidence: float, *labels: str) -> Reading:
        return Reading(decision, labels, confidence, tuple(ranking[:RANKED]), familiar, trust)

    outside = [(label, share) for label, share in ranking if label.startswith(OUTSIDE)]
    inside = [(label, share) for label, share in ranking if not label.startswith(OUTSIDE)]
    first, most = inside[0]
    pooled = sum(share for _, share in outside)
    if not familiar:
        return reading("unknown", 1 - trust, first)
    if pooled > most and pooled >= 0.5:
        return reading("outside", pooled, outside[0][0])
    close = [
        (label, share)
        for label, share in inside[:OFFERED]
        if share >= costs.slight and label not in costs.chat
    ]
    among = sum(share for _, share in close)
    form = not first.startswith(ASK) and first not in costs.chat
    acting = (1 - trust) * (costs.wrong_form if form else costs.wrong)
    asking = costs.asked_back + (1 - among) * costs.refused if len(close) > 1 else costs.wrong
    if most >= pooled and acting <= min(asking, costs.refused):
        return reading("answer" if first.startswith(ASK) else "direct", trust, first)
    if asking < costs.refused:
        return reading("clarify", among, *(label for label, _ in close))
    return reading("unknown", 1 - trust, first)


def recalled(reading: Reading, choices: Sequence[dict[str, Any]]) -> Reading:
    """Settle a doubt that was settled before: these readings were offered, and one was chosen."""
    if reading.decision != "clarify":
        return reading
    for choice in reversed(choices):
        label = str(choice["label"])
        if label in reading.labels and set(reading.labels) <= set(choice["offered"]):
            return replace(reading, decision="answer", labels=(label,), why=("recalled",))
    return reading
