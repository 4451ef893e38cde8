"""What a message was taken to mean, and when a reading is good enough to act on.

The most likely topic is not enough: the worst outcome is a sure answer to a question that nobody
asked. A reading has to be likely, well ahead of the next one, and near to something that people are
known to say. Otherwise the person is offered the readings that are close, or told plainly.

Two kinds are pooled before they are compared, since confusing their members costs nothing: topics
outside this policy, which all lead to the office, and small talk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.errors import ModelError

Decision = Literal["answer", "clarify", "outside", "unknown", "direct"]
Ranking = Sequence[tuple[str, float]]

RANKED = 5
OFFERED = 3
OUTSIDE = "outside/"
NUMBERS = ("sure", "ahead", "near", "together", "offered")


@dataclass(frozen=True)
class Limits:
    """When a reading is good enough. The values stand, with their reasons, in `nlu/config.yml`.

    `near`: how similar the message must be to some known example to be read at all.
    `sure` and `ahead`: how likely a reading must be, and by how much, to be acted on.
    `together` and `offered`: how likely the close readings must be in all, and each, to be offered.
    `chat`: the intents that are small talk.
    """

    sure: float
    ahead: float
    near: float
    together: float
    offered: float
    chat: frozenset[str]

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Limits:
        try:
            numbers = {name: float(config[name]) for name in NUMBERS}
            return cls(**numbers, chat=frozenset(config["chat"]))
        except (KeyError, TypeError, ValueError):
            raise ModelError(
                "nlu/config.yml: TopicClassifier needs a number for each of "
                f"{', '.join(NUMBERS)} and a list of intents for chat."
            ) from None


@dataclass(frozen=True)
class Reading:
    """`labels` and `ranking` are full labels such as `ask/<topic>`; `ranking` is the best five.

    `unknown` names its best guess as well: for the gap list, never as an answer.
    """

    decision: Decision
    labels: tuple[str, ...]
    confidence: float
    ranking: tuple[tuple[str, float], ...]

    @property
    def intent(self) -> str:
        """The intent that Rasa's rules see."""
        if self.decision in ("clarify", "unknown"):
            return self.decision
        return self.labels[0].partition("/")[0]


def decide(ranking: Ranking, nearest: float, limits: Limits) -> Reading:
    """Read a full ranking, most likely first; `nearest` is the closest example's similarity."""

    def reading(decision: Decision, confidence: float, *labels: str) -> Reading:
        return Reading(decision, labels, confidence, tuple(ranking[:RANKED]))

    first, most = ranking[0]
    if nearest < limits.near:
        return reading("unknown", 1 - nearest, first)
    outside = [(label, share) for label, share in ranking if label.startswith(OUTSIDE)]
    chat = [(label, share) for label, share in ranking if label in limits.chat]
    if (pooled := _total(outside)) >= limits.sure:
        return reading("outside", pooled, outside[0][0])
    if (pooled := _total(chat)) >= limits.sure:
        # It is not about the policy. But a word such as "cancel" does something, so which small
        # talk it is has to be as clear as anything else.
        label, share = chat[0]
        return reading("direct" if share >= limits.sure else "unknown", share, label)
    if most >= limits.sure and most - ranking[1][1] >= limits.ahead:
        return reading("answer" if first.startswith("ask/") else "direct", most, first)
    close = [
        (label, share)
        for label, share in ranking[:OFFERED]
        if share >= limits.offered and label not in limits.chat
    ]
    if len(close) > 1 and _total(close) >= limits.together:
        return reading("clarify", _total(close), *(label for label, _ in close))
    return reading("unknown", 1 - most, first)


def _total(shares: Ranking) -> float:
    return sum(share for _, share in shares)
