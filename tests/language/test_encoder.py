"""The NumPy encoder says what the original model says, whatever it is given."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.errors import ModelError
from bot.language.encoder import READ, Encoder, SentenceEncoder, shared_encoder
from bot.language.weights import PUBLISHED, WIDTH, Floats, installed_files, verified_files

REFERENCE = np.load(Path(__file__).with_name("reference_vectors.npz"))
SENTENCES: list[str] = [json.loads(str(sentence)) for sentence in REFERENCE["sentences"]]


@cache
def published() -> Encoder:
    return Encoder()


def distance(one: Floats, other: Floats) -> float:
    a, b = one.astype(np.float64), other.astype(np.float64)
    return float(1 - a @ b / np.linalg.norm(a) / np.linalg.norm(b))


def encode(*texts: str) -> Floats:
    return published().encode(texts)


@pytest.mark.parametrize("place", range(len(SENTENCES)))
def test_a_sentence_means_what_the_original_model_says(place: int) -> None:
    assert distance(encode(SENTENCES[place])[0], REFERENCE["vectors"][place]) < 1e-5


def test_the_reference_covers_short_long_and_strange_text() -> None:
    assert "" in SENTENCES
    assert max(map(len, SENTENCES)) > 2_000
    assert any(not sentence.isascii() for sentence in SENTENCES)


def test_close_meanings_lie_closer_than_others() -> None:
    asked, meant, else_ = encode(
        "can I accept this parent's friend request?",
        "a mum wants to add me on facebook, is that ok",
        "how do I report a cyberbullying post?",
    )
    assert asked @ meant == pytest.approx(0.49, abs=0.005)
    assert asked @ else_ == pytest.approx(0.22, abs=0.005)


def test_a_sentence_does_not_depend_on_its_company() -> None:
    many = SENTENCES + [f"{word} on facebook" for word in ("one", "two", "three", "four")] * 30
    together = encode(*many)
    alone = np.concatenate([encode(sentence) for sentence in many])
    assert np.abs(together - alone).max() < 1e-6


def test_the_same_sentence_gives_the_same_numbers() -> None:
    again = Encoder().encode(SENTENCES)
    assert again.tobytes() == encode(*SENTENCES).tobytes()
    assert again.dtype == np.float32 and again.shape == (len(SENTENCES), WIDTH)
    assert np.linalg.norm(again, axis=1) == pytest.approx(1, abs=1e-5)


def test_nothing_to_encode() -> None:
    assert encode().shape == (0, WIDTH)


@pytest.mark.parametrize("word", ["word ", "\U0001f600 ", "\x00\x07 ", "x", "\ud800"])
def test_a_huge_text_is_read_from_its_beginning(word: str) -> None:
    huge = (word * 100_000)[:100_000]
    assert encode(huge).tobytes() == encode(huge[:READ] + " and more").tobytes()


def test_half_a_surrogate_pair_is_read_as_an_unknown_sign() -> None:
    assert encode("hello \ud83d there").tobytes() == encode("hello ? there").tobytes()


@pytest.mark.parametrize("name", sorted(PUBLISHED))
def test_a_file_that_is_not_the_published_one_is_refused(name: str, tmp_path: Path) -> None:
    swapped = tmp_path / name
    content = bytearray(installed_files()[name].read_bytes())
    content[-1] ^= 1
    swapped.write_bytes(content)
    with pytest.raises(ModelError, match=f"{name} is not the published file.*reinstall"):
        Encoder({**installed_files(), name: swapped})


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    files = {**installed_files(), "model.safetensors": tmp_path / "gone"}
    with pytest.raises(ModelError, match=r"model\.safetensors can't be read.*reinstall"):
        verified_files(files)
    with pytest.raises(ModelError, match=r"model\.safetensors can't be read.*reinstall"):
        verified_files({})


def test_the_model_is_read_once_for_all_components() -> None:
    assert shared_encoder() is shared_encoder()


def test_the_component_puts_the_numbers_on_each_message() -> None:
    told, silent = Message.build("hello"), Message(data={INTENT: "greet"})
    component = SentenceEncoder(published())
    assert component.process([told, silent]) == [told, silent]
    _, sentence = told.get_dense_features(TEXT)
    assert sentence is not None
    assert sentence.features.tobytes() == encode("hello").tobytes()
    assert not silent.features


def test_training_examples_get_the_same_numbers_as_messages() -> None:
    data = TrainingData([Message.build(text, "greet") for text in ("hello", "bye", "hi there")])
    SentenceEncoder(published()).process_training_data(data)
    rows = [example.get_dense_features(TEXT)[1].features for example in data.training_examples]
    assert np.abs(np.concatenate(rows) - encode("hello", "bye", "hi there")).max() < 1e-6
