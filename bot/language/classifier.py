"""Reads each message for Rasa's pipeline: what it asks, given what was said before.

The topics' model judges one text. This puts the right texts before it: the message; each question
of a message that holds two; and, where a message leans on the one before it, both together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from bot.errors import ModelError
from bot.language import parts
from bot.language.encoder import Encoder, SentenceEncoder, second_encoder, shared_encoder
from bot.language.fitting import FEWEST, Other, fit, named
from bot.language.lean import slim_rasa
from bot.language.reading import (
    ASK,
    OFFERED,
    OUTSIDE,
    Costs,
    Decision,
    Reading,
    decide,
    recalled,
)
from bot.language.topics import RECOGNISED, Example, Read, TopicModel
from bot.language.tuning import SECOND, Tuning
from bot.language.weights import Floats
from bot.language.words import gist, is_foreign

slim_rasa()  # as in `encoder`: Rasa may load this module first

from rasa.engine.graph import ExecutionContext, GraphComponent  # noqa: E402 - after slim_rasa
from rasa.engine.recipes.default_recipe import DefaultV1Recipe  # noqa: E402
from rasa.engine.storage.resource import Resource  # noqa: E402
from rasa.engine.storage.storage import ModelStorage  # noqa: E402
from rasa.nlu.classifiers.classifier import IntentClassifier  # noqa: E402
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, METADATA, TEXT  # noqa: E402
from rasa.shared.nlu.training_data.message import Message  # noqa: E402
from rasa.shared.nlu.training_data.training_data import TrainingData  # noqa: E402

MODEL = "topics.npz"
LEAST_LABELS = 3
ANSWERED = 2
"""Questions of one message that are answered at once."""
LIKELY = 0.5
"""How likely the readings of two pieces must be, each, if the whole message suggests both."""
NEAR = 4.0
"""How many times likelier a follow-up is about the last topic, or one near it, than it seems."""
LEFT_HANGING = 3.0
"""What it costs to say "I don't know" to somebody in the middle of a conversation."""
PLAIN = 0.9
"""A short message that can be trusted so far by itself is no follow-up, unless it begins as one."""

FOLLOWING: tuple[Decision, ...] = ("whom-to-tell", "where-it-stands")
"""What is asked about the last answer, each an intent of its own."""
ORDERS = "outside/orders-to-the-machine"
"""Whoever tells the bot what to be isn't asking, whatever else stands in the message."""
TELLING = "ask/reporting-a-concern"
"""What "who do I tell?" means where nothing was answered before it."""


class Reader:
    """The topics' model with an encoder at hand, for texts that aren't the message itself."""

    def __init__(
        self, model: TopicModel, encoder: Encoder, costs: Costs, second: Encoder | None = None
    ) -> None:
        self._model = model
        self._encoder = encoder
        self._costs = costs
        self._second = second

    def read(self, text: str, sentence: Floats, about: Mapping[str, Any]) -> Reading:
        """`about` is what came with the message: the role, and how the conversation stands."""
        role, last = about.get("role"), about.get("last")
        weighed = self._weigh(text, sentence, role)
        whole = self._decide(weighed)
        if not any(map(str.isalnum, text)):
            return replace(whole, decision="unknown", familiar=False)
        if is_foreign(text, self._model.words):
            return replace(whole, decision="foreign")
        for following in FOLLOWING:
            if whole.decision == "direct" and whole.labels == (following,):
                return self._about_the_last(whole, following) if last else self._bare(whole)
        if not last and self._asks_whom(whole):
            return replace(whole, decision="answer", labels=(TELLING,))
        if last and len(text.split()) <= parts.SHORT and not self._plain(text, whole):
            return self._following(text, whole, weighed, role, last)
        reading = self._several(text, whole, role)
        return recalled(reading, about.get("choices") or ())

    @staticmethod
    def _about_the_last(whole: Reading, following: Decision) -> Reading:
        return replace(whole, decision=following, labels=(TELLING,))

    @staticmethod
    def _bare(whole: Reading) -> Reading:
        """A follow-up with nothing before it: somebody who asks whom to tell has a reason to."""
        telling = whole.labels == ("whom-to-tell",)
        return replace(whole, decision="answer" if telling else "unknown", labels=(TELLING,))

    @staticmethod
    def _asks_whom(whole: Reading) -> bool:
        """With nothing before it both readings come to the same, so their shares are one."""
        shares = dict(whole.ranking)
        whom = shares.get("whom-to-tell", 0.0)
        return whom == max(shares.values()) and whom + shares.get(TELLING, 0.0) >= PLAIN

    def gist(self, text: str) -> str:
        return gist(text, self._model.words)

    def _decide(self, read: Read) -> Reading:
        return decide(read.ranking, read.trust, read.familiar, self._costs)

    def _judge(self, text: str, role: str | None) -> Read:
        return self._weigh(text, self._encoder.encode([text])[0], role)

    def _weigh(self, text: str, sentence: Floats, role: str | None) -> Read:
        second = self._second
        again = None if second is None else lambda: second.encode([text])[0]
        return self._model.read(text, sentence, role, again)

    @staticmethod
    def _plain(text: str, alone: Reading) -> bool:
        if alone.decision == "direct" and alone.confidence >= RECOGNISED:
            return True  # small talk, word for word as in an example
        return alone.sure and alone.confidence >= PLAIN and not parts.leans(text)

    def _several(self, text: str, whole: Reading, role: str | None) -> Reading:
        """Two questions in one message: each is clear by itself, or the whole suggests both."""
        pieces = parts.pieces(text)
        if not pieces:
            return whole
        suggested = {label for label, _ in whole.ranking}
        heard: list[str] = []
        for piece, sentence in zip(pieces, self._encoder.encode(pieces), strict=True):
            # One opinion is enough for a piece; two of each would make a long message slow.
            found = self._model.read(piece, sentence, role)
            reading = self._decide(found)
            label, share = found.ranking[0]
            clear = reading.decision in ("answer", "outside")
            both = label.startswith(ASK) and label in suggested and share >= LIKELY
            if clear or both:
                heard.append(reading.labels[0] if clear else label)
        labels = list(dict.fromkeys(heard))
        inside = [label for label in labels if label.startswith(ASK)]
        if parts.is_thread(text):
            # Whoever pastes a thread asks about one thing in it, and may not see which was found.
            return (
                replace(whole, decision="clarify", labels=tuple(inside[:OFFERED]))
                if inside
                else whole
            )
        if ORDERS in labels:
            return replace(whole, decision="outside", labels=(ORDERS,))
        outside = [label for label in labels if label.startswith(OUTSIDE)]
        if len(inside) > 1 or (inside and outside):
            return replace(whole, decision="answer", labels=(*inside, *outside)[:ANSWERED])
        if inside and not whole.sure:
            return replace(whole, decision="answer", labels=(inside[0],))
        return whole

    def _following(
        self,
        text: str,
        alone: Reading,
        weighed: Read,
        role: str | None,
        last: Mapping[str, Any],
    ) -> Reading:
        """A message that leans on the last question: what both say together, near that topic."""
        same = f"{ASK}{last['topic']}"
        if parts.only_names_a_platform(text):
            return replace(alone, decision="answer", labels=(same,), why=("same",))
        together = dict(self._judge(f"{last['question']} {text}", role).ranking)
        near = {same, *(f"{ASK}{topic}" for topic in last["near"])}
        mixed = {
            label: float(np.sqrt(share * together[label])) * (NEAR if label in near else 1.0)
            for label, share in weighed.ranking
        }
        total = sum(mixed.values())
        ranking = sorted(((label, share / total) for label, share in mixed.items()), key=_share)
        # A few words that lean on an answer seldom ask for a form.
        careful = replace(self._costs, wrong_form=self._costs.wrong, refused=LEFT_HANGING)
        reading = decide(ranking, ranking[0][1], True, careful)
        if reading.decision != "unknown" or not weighed.familiar:
            return reading
        # It leans on something: better to ask whether on the last topic than not to know.
        guesses = (label for label in reading.labels if label not in self._costs.chat)
        return replace(reading, decision="clarify", labels=tuple(dict.fromkeys((*guesses, same))))


def _share(pair: tuple[str, float]) -> float:
    return -pair[1]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(IntentClassifier, GraphComponent):  # type: ignore[misc]  # Rasa is untyped
    """Sets `intent`, `intent_ranking` and `reading` on each message; see `reading` for the rules.

    A label is the example's full intent, `ask/<topic>` and `outside/<group>` included.
    """

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: TopicModel | None = None,
    ) -> None:
        self._costs = Costs.from_config(config)
        self._storage = model_storage
        self._resource = resource
        self._reader = None if model is None else self._reading_with(model)

    @classmethod
    def required_components(cls) -> list[type]:
        return [SentenceEncoder]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TopicClassifier:
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> TopicClassifier:
        with model_storage.read_from(resource) as folder:
            model = TopicModel.load(folder / MODEL)
        return cls(config, model_storage, resource, model)

    def train(self, training_data: TrainingData) -> Resource:
        told = [one for one in training_data.intent_examples if one.get(TEXT)]
        examples = [_example(one) for one in told]
        _check(examples)
        sentences = np.array([_sentence(one) for one in told], np.float32)
        every = named(examples)
        names = shared_encoder().encode([one.text for one in every[len(examples) :]])
        model = fit(every, np.concatenate([sentences, names]), Tuning.load(), other_opinion())
        self._reader = self._reading_with(model)
        with self._storage.write_to(self._resource) as folder:
            model.save(folder / MODEL)
        return self._resource

    def _reading_with(self, model: TopicModel) -> Reader:
        second = None if model.second is None else second_encoder()
        return Reader(model, shared_encoder(), self._costs, second)

    def process(self, messages: list[Message]) -> list[Message]:
        if self._reader is None:
            raise ModelError("There are no trained topics yet: train the model with `make train`.")
        for message in messages:
            if (text := message.get(TEXT)) is not None:
                about = message.get(METADATA) or {}
                reading = self._reader.read(text, _sentence(message), about)
                _tell(message, reading, self._reader.gist(text))
        return messages


def other_opinion() -> Other | None:
    """What the fit needs of the second encoder, if there is one."""
    encoder, tuning = second_encoder(), Tuning.load(SECOND)
    return None if encoder is None or tuning is None else Other(tuning, encoder.encode_many)


def _check(examples: Sequence[Example]) -> None:
    counts = Counter(example.label for example in examples)
    if len(counts) < LEAST_LABELS:
        raise ModelError(f"nlu/ needs examples for at least {LEAST_LABELS} topics to be trained.")
    for label, count in sorted(counts.items()):
        if count < FEWEST:
            raise ModelError(f"nlu/: {label} has {count} examples and needs at least {FEWEST}.")


def _example(message: Message) -> Example:
    about = message.get(METADATA) or {}
    role = (about.get("intent") or {}).get("role")
    return Example(message.get(TEXT), message.get(INTENT_RESPONSE_KEY) or message.get(INTENT), role)


def _sentence(message: Message) -> Floats:
    _, features = message.get_dense_features(TEXT)
    if features is None:
        raise ModelError("nlu/config.yml: SentenceEncoder must come before TopicClassifier.")
    row: Floats = features.features[0]
    return row


def _tell(message: Message, reading: Reading, words: str) -> None:
    """Plain lists and floats: Rasa writes them into its conversation memory."""
    found = {"name": reading.intent, "confidence": reading.confidence}
    ranking = [{"name": label, "confidence": share} for label, share in reading.ranking]
    told = {
        "decision": reading.decision,
        "labels": list(reading.labels),
        "ranking": [[label, share] for label, share in reading.ranking],
        "familiar": reading.familiar,
        "why": list(reading.why),
        "gist": words,
    }
    message.set(INTENT, found, add_to_output=True)
    message.set("intent_ranking", ranking, add_to_output=True)
    message.set("reading", told, add_to_output=True)
