"""What the rest of the bot may rely on, whatever the classifier has learnt.

A few made-up topics are enough for that and take a second to learn; how well the real ones are
understood is judged in `test_questions`.
"""

from __future__ import annotations

import io
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any, get_args

import hypothesis
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.errors import ModelError
from bot.language.classifier import MODEL, TopicClassifier
from bot.language.encoder import SentenceEncoder, shared_encoder
from bot.language.fitting import FEWEST, fit
from bot.language.reading import COSTS, RANKED, Decision
from bot.language.topics import ROLES, Example, TopicModel
from bot.language.tuning import left_out
from bot.language.weights import Floats
from tests.language.trained import ROOT, Trained, pipeline_config

DOUBTFUL = next(
    text
    for whose in ("a friend", "my friend", "our friend", "friends", "my friends", "your friend")
    for what in ("a photo", "photos", "the photo", "a picture", "pictures", "the picture")
    if left_out(text := f"{what} of {whose}")
)
"""An example of two topics that is kept to judge by: of so few, all others may be read right, and
what doubt is worth is learnt from what was read wrong."""

TOLD = f"""
ask/friends: {DOUBTFUL} / can I add a parent as a friend / may I accept a friend request from a mum
/ a dad wants to be my friend on Facebook / is it ok to be friends with parents online / a parent
sent me a friend request / can teachers and parents be friends online / a mum added me on insta, do
I accept / parents who want to add me on snap / can a parent add the teacher as a friend

ask/photos: {DOUBTFUL} / can I post photos of sports day / who says yes to a picture of a pupil /
do we need consent for pictures of pupils / can I share a photo of my class on Facebook / photo
consent forms for new pupils / is it ok to post a picture of the children / may I film the school
play and share the video / can I tag pupils in a photo / which pictures may go on the website

ask/reporting-a-concern: I want to tell somebody about a bad post / how do I raise a concern about
a website / something I saw online worries me / where do I take a worry about a pupil online / I am
worried about what a child posted / what happens with a concern that I raise / a nasty comment
worries me, what now / concerned about a video, what do I do / how to report something worrying
online

whom-to-tell: who do I tell / whom should I tell about it / who should I speak to / who do I talk
to about this / who do I contact / and who must I tell then / whom do I ask about that / who should
know about this / tell whom / so who do I inform

greet: hello / hello there / hi / hi there / good morning / good afternoon / good evening to you /
hey / hey there bot / morning all

outside/lunch: what is for lunch today / how much is a school dinner / can my child bring a packed
lunch / the lunch menu for next week / are there vegetarian dinners / who pays for free school
meals / what do they eat at lunch time / is pizza on the menu / how do I order a school dinner /
when is lunch served
"""
TOPICS = {
    label: " ".join(texts.split()).split(" / ")
    for label, texts in (told.split(":", 1) for told in TOLD.strip().split("\n\n"))
}
LABELS = set(TOPICS)
SENTENCES = [text for texts in TOPICS.values() for text in texts]
# Of the costs in `nlu/config.yml`: with so few examples hardly anything could be trusted enough.
BOLD = {"costs": {"wrong": 2, "wrong_form": 2, "refused": 3, "asked_back": 1}}
LAST = {"topic": "photos", "question": "can I post photos of sports day", "near": ["friends"]}


def examples() -> Iterator[Example]:
    for label, texts in TOPICS.items():
        for place, text in enumerate(texts):
            yield Example(text, label, (None, "staff", "parent")[place % 3])


def config(**changes: Any) -> dict[str, Any]:
    return deepcopy(pipeline_config()) | {"chat": ["greet"]} | changes


@cache
def sentences() -> Floats:
    return shared_encoder().encode(SENTENCES)


@cache
def model() -> TopicModel:
    return fit(list(examples()), sentences())


def message_of(example: Example) -> Message:
    """As Rasa hands over an example of a file: a topic of a group stands beside its group."""
    group, slash, _ = example.label.partition("/")
    data = {TEXT: example.text, INTENT: group, METADATA: {"intent": {"role": example.role}}}
    return Message(data=data | ({INTENT_RESPONSE_KEY: example.label} if slash else {}))


def train(folder: Path, examples: Iterable[Example]) -> Trained:
    """Train and load by way of Rasa's storage."""
    folder.mkdir(exist_ok=True)
    storage = LocalModelStorage.create(folder)
    resource, context = Resource("topics"), ExecutionContext(GraphSchema({}))
    data = TrainingData([message_of(example) for example in examples])
    SentenceEncoder(shared_encoder()).process_training_data(data)
    component = TopicClassifier.create(config(**BOLD), storage, resource, context)
    component.train(data)
    found = Trained(storage, resource, component)
    return found._replace(classifier=loaded(found, config(**BOLD)))


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    return train(tmp_path_factory.mktemp("model"), examples())


def loaded(trained: Trained, config: dict[str, Any]) -> TopicClassifier:
    context = ExecutionContext(GraphSchema({}))
    return TopicClassifier.load(config, trained.storage, trained.resource, context)


def understood(trained: Trained, text: str, **about: Any) -> dict[str, Any]:
    message = Message(data={TEXT: text, METADATA: about})
    SentenceEncoder(shared_encoder()).process([message])
    trained.classifier.process([message])
    told: dict[str, Any] = message.as_dict(only_output_properties=True)
    keeps_the_contract(told)
    return told


def read(trained: Trained, text: str, **about: Any) -> tuple[str, list[str]]:
    reading = understood(trained, text, **about)["reading"]
    return reading["decision"], reading["labels"]


def keeps_the_contract(told: dict[str, Any]) -> None:
    reading, intent = told["reading"], told["intent"]
    assert json.loads(json.dumps(told)) == told, "only plain values go into the memory"
    assert set(reading) >= {"decision", "labels", "ranking", "familiar", "why", "gist"}
    assert reading["decision"] in get_args(Decision)
    assert 1 <= len(reading["labels"]) <= 3 and set(reading["labels"]) <= LABELS
    shares = [share for _, share in reading["ranking"]]
    assert len(shares) == RANKED
    assert shares == sorted(shares, reverse=True) and 0 < sum(shares) <= 1 + 1e-6
    assert -1e-9 <= intent["confidence"] <= 1 + 1e-9
    assert [[*one.values()] for one in told["intent_ranking"]] == reading["ranking"]
    if reading["decision"] in ("answer", "outside", "direct"):
        assert intent["name"] == reading["labels"][0].partition("/")[0]


@pytest.mark.parametrize(
    "text, decision, label",
    [
        ("can I add a parent as a friend on Facebook", "answer", "ask/friends"),
        ("may I post photos of sports day on Facebook", "answer", "ask/photos"),
        ("hello there", "direct", "greet"),
        ("what is for lunch tomorrow", "outside", "outside/lunch"),
    ],
)
def test_a_clear_message_is_read(trained: Trained, text: str, decision: str, label: str) -> None:
    assert read(trained, text, role="staff", school="any") == (decision, [label])


@pytest.mark.parametrize("text", ["", " \n\t", "?!", "\U0001f600\U0001f44d", "\x00\x07", "…"])
def test_what_says_nothing_is_not_understood(trained: Trained, text: str) -> None:
    assert read(trained, text)[0] == "unknown"
    assert read(trained, text, last=LAST)[0] == "unknown"


@pytest.mark.parametrize(
    "text",
    ["Puis-je accepter une invitation d'un parent ?", "Czy mogę dodać rodzica ucznia", "我可以"],
)
def test_what_is_not_english_is_told_apart(trained: Trained, text: str) -> None:
    told = understood(trained, text)
    assert told["reading"]["decision"] == "foreign"
    assert told["intent"]["name"] == "unknown"


@hypothesis.settings(max_examples=40, deadline=None)
@hypothesis.example("x" * 100_000, {"last": LAST})
@hypothesis.example("can I add a parent? " * 5_000, {"last": LAST, "role": "parent"})
@hypothesis.example("\ud83d hello \ud800 \u202eterces", {"last": LAST})
@given(
    st.text(st.characters(), max_size=200)
    | st.lists(st.sampled_from(SENTENCES), max_size=4).map("? ".join),
    st.sampled_from([{}, {"last": LAST}, {"role": "parent"}, {"role": "nobody", "choices": []}]),
)
def test_any_message_gets_a_reading(trained: Trained, text: str, about: dict[str, Any]) -> None:
    understood(trained, text, **about)


def test_two_questions_of_one_message_are_both_read(trained: Trained) -> None:
    friends, photos = "Can I add a parent as a friend?", "Do we need consent for pictures?"
    assert read(trained, f"{friends} {photos}") == ("answer", ["ask/friends", "ask/photos"])
    assert read(trained, f"{photos} {friends}") == ("answer", ["ask/photos", "ask/friends"])
    labels = read(trained, f"What is for lunch today? {friends}")[1]
    assert labels == ["ask/friends", "outside/lunch"], "what the policy answers comes first"


def test_a_follow_up_is_read_with_the_question_before(trained: Trained) -> None:
    assert read(trained, "and of other children", last=LAST) == ("answer", ["ask/photos"])
    told = understood(trained, "what about instagram?", last=LAST)["reading"]
    assert (told["decision"], told["labels"], told["why"]) == ("answer", ["ask/photos"], ["same"])
    text = "may I accept a friend request from a parent of my class"
    assert read(trained, text, last=LAST)[1] == ["ask/friends"], "it is clear by itself"


def test_whom_to_tell_is_about_the_last_answer_or_else_a_topic(trained: Trained) -> None:
    assert read(trained, "who do I tell", last=LAST)[0] == "whom-to-tell"
    assert read(trained, "who do I tell") == ("answer", ["ask/reporting-a-concern"])


def test_a_doubt_is_settled_as_it_was_before(trained: Trained) -> None:
    dear = config(costs=BOLD["costs"] | {"wrong": 1_000})  # so much that one has to be certain
    trained = trained._replace(classifier=loaded(trained, dear))
    decision, labels = read(trained, DOUBTFUL)
    assert decision == "clarify" and {"ask/friends", "ask/photos"} <= set(labels)
    choices = [{"offered": labels, "label": "ask/photos"}]
    told = understood(trained, DOUBTFUL, choices=choices)["reading"]
    assert (told["decision"], told["why"]) == ("answer", ["recalled"])
    assert told["labels"] == ["ask/photos"]


def test_what_is_kept_of_a_question_names_nobody(trained: Trained) -> None:
    told = understood(trained, "can I add Bracegirdle's mum as a friend, 07700 900123")
    assert told["reading"]["gist"] == "can i add … mum as a friend …"


def test_a_message_without_text_is_passed_on(trained: Trained) -> None:
    silent = Message(data={INTENT: "greet"})
    assert trained.classifier.process([silent]) == [silent]
    assert silent.get("reading") is None


def test_who_asks_shifts_what_is_likely() -> None:
    """Each of two topics is asked about by one role alone."""
    asked = [
        Example(text, label, {"ask/friends": "staff", "ask/photos": "parent"}.get(label))
        for text, label, _ in examples()
    ]
    learnt, row = fit(asked, sentences()), shared_encoder().encode([DOUBTFUL])[0]
    staff, parent = (dict(learnt.read(DOUBTFUL, row, role).ranking) for role in ROLES)
    assert staff["ask/friends"] > parent["ask/friends"]
    assert parent["ask/photos"] > staff["ask/photos"]
    neither = [learnt.read(DOUBTFUL, row, role) for role in (None, "nobody")]
    assert neither[0] == neither[1]


def test_the_same_examples_give_the_same_model(tmp_path: Path) -> None:
    model().save(tmp_path / "one.npz")
    fit(list(examples()), sentences().copy()).save(tmp_path / "other.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "other.npz").read_bytes()


def test_a_model_that_was_saved_and_loaded_reads_alike(tmp_path: Path) -> None:
    model().save(tmp_path / MODEL)
    loaded = TopicModel.load(tmp_path / MODEL)
    texts = [DOUBTFUL, "hello", "", "can I add a dad", "was gibt es zum Essen"]
    for text, row in zip(texts, shared_encoder().encode(texts), strict=True):
        for role in (None, *ROLES):
            one, other = model().read(text, row, role), loaded.read(text, row, role)
            assert [label for label, _ in one.ranking] == [label for label, _ in other.ranking]
            assert dict(one.ranking) == pytest.approx(dict(other.ranking), abs=1e-5)
            assert one.familiar == other.familiar
            assert one.trust == pytest.approx(other.trust, abs=1e-3)  # examples are kept as halves
    assert loaded.words == model().words


def run(program: str, *arguments: object, seed: int) -> str:
    """In a process of its own, where sets and dicts of words come in another order."""
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=ROOT, capture_output=True, text=True, timeout=120,
        env={**os.environ, "PYTHONHASHSEED": str(seed), "OPENBLAS_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout


ALONE = """
import json, pickle, sys
from pathlib import Path
import bot.language.classifier as component
from rasa.shared.nlu.training_data.message import Message

config, examples, sentences = pickle.loads(Path(sys.argv[1]).read_bytes())
reader = component.TopicClassifier(config, None, None, component.TopicModel.load(Path(sys.argv[2])))
encoder = component.SentenceEncoder.create({}, None, None, None)
for text in ("hello", "Can I add a parent? Do we need consent for pictures?", examples[0][0]):
    message = Message.build(text)
    encoder.process([message])
    reader.process([message])
    print(json.dumps(message.get("reading")))
heavy = {"sklearn", "tensorflow", "torch"} & {
    name.partition(".")[0] for name, module in sys.modules.items() if hasattr(module, "__file__")
}
print(sorted(heavy))
component.fit([component.Example(*one) for one in examples], sentences).save(Path(sys.argv[3]))
"""


def test_processes_read_and_learn_the_same(trained: Trained, tmp_path: Path) -> None:
    """And they need scikit-learn for learning only: it takes a second to load."""
    told = tmp_path / "told"
    told.write_bytes(pickle.dumps((config(**BOLD), [(*one,) for one in examples()], sentences())))
    models = [tmp_path / "one.npz", tmp_path / "other.npz"]
    with trained.storage.read_from(trained.resource) as folder:
        said = [run(ALONE, told, folder / MODEL, path, seed=n) for n, path in enumerate(models)]
    assert said[0] == said[1]
    first, *_, heavy = said[0].splitlines()
    assert json.loads(first)["labels"] == ["greet"] and heavy == "[]"
    assert models[0].read_bytes() == models[1].read_bytes()


def test_three_topics_are_enough_and_two_are_not(tmp_path: Path) -> None:
    few = [one for one in examples() if one.label in ("ask/friends", "ask/photos", "greet")]
    told = Message(data={TEXT: "hello"})
    SentenceEncoder(shared_encoder()).process([told])
    train(tmp_path / "three", few).classifier.process([told])
    assert told.get("reading")["labels"] == ["greet"]
    with pytest.raises(ModelError, match="at least 3 topics"):
        train(tmp_path / "two", [one for one in few if one.label != "greet"])
    with pytest.raises(ModelError, match="at least 3 topics"):
        train(tmp_path / "none", [])


def test_a_topic_with_too_few_examples_is_named(tmp_path: Path) -> None:
    first = next(n for n, one in enumerate(examples()) if one.label == "outside/lunch")
    some = list(examples())[: first + FEWEST - 1]
    with pytest.raises(ModelError, match="outside/lunch has 3 examples and needs at least 4"):
        train(tmp_path, some)


Damage = Callable[[bytes], bytes]


def without_arrays(whole: bytes) -> bytes:
    np.savez(kept := io.BytesIO(), labels=np.array(["ask/a"]))
    return kept.getvalue()


def with_code(whole: bytes) -> bytes:
    """Arrays of objects are pickled, and reading them would run what they say."""
    with np.load(io.BytesIO(whole)) as arrays:
        np.savez(kept := io.BytesIO(), **{**arrays, "words": np.array([{"a": 1}], dtype=object)})
    return kept.getvalue()


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: b"", lambda whole: b"PK\x03\x04 not a model", lambda whole: whole[:-1],
        lambda whole: whole[:9_000] + bytes([whole[9_000] ^ 1]) + whole[9_001:],
        without_arrays, with_code, None,
    ],
)  # fmt: skip
def test_a_damaged_model_is_refused(damage: Damage | None, tmp_path: Path) -> None:
    path = tmp_path / MODEL
    if damage:
        model().save(path)
        assert TopicModel.load(path), "it can be read until it is damaged"
        path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ModelError, match="can't be read: train it again with `make train`"):
        TopicModel.load(path)


def test_a_pipeline_out_of_order_says_what_comes_first(trained: Trained) -> None:
    untrained = TopicClassifier(config(), trained.storage, trained.resource)
    with pytest.raises(ModelError, match="make train"):
        untrained.process([Message.build("hello")])
    with pytest.raises(ModelError, match="SentenceEncoder must come before"):
        trained.classifier.process([Message.build("hello")])


@pytest.mark.parametrize("missing", ["costs", "slight", "chat"])
def test_a_pipeline_without_costs_is_refused(missing: str, trained: Trained) -> None:
    foul = {key: value for key, value in config().items() if key != missing}
    with pytest.raises(ModelError, match=rf"nlu/config\.yml.*{COSTS[0]}.*slight.*chat"):
        loaded(trained, foul)
