"""What the tuning does to the sentence model, and which examples it never saw."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save_file

from bot.errors import ModelError
from bot.language.encoder import Encoder, shared_encoder
from bot.language.tuning import FILE, Tuning, left_out
from bot.language.urgent.detector import LONG, PIECE
from bot.language.weights import LAYERS, WIDTH, Floats
from tests.language.trained import NLU, ROOT

WIDE = 4 * WIDTH
SHAPES = {
    "query": (WIDTH, WIDTH),
    "key": (WIDTH, WIDTH),
    "value": (WIDTH, WIDTH),
    "join": (WIDTH, WIDTH),
    "widen": (WIDE, WIDTH),
    "narrow": (WIDTH, WIDE),
}
"""Numbers that come out of each part of a layer, and numbers that go in."""
THIN = 2
MANY = 15
"""Examples of a topic that are compared."""
SENTENCES = ["", "hello", "can I add a parent on Facebook?", "photos of sports day " * 30]
TOPICS = (
    "contact/friend-request-from-parent",
    "contact/friend-request-from-colleague",
    "photos/own-child-photos",
    "photos/photo-consent",
    "network/passwords",
    "network/blocked-sites",
    "running-accounts/copyright",
    "working-day/lesson-time",
    "public/journalists",
    "reporting/whistleblowing",
)


def products(value: float) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float16]]]:
    return {
        f"{layer}.{part}.{side}": np.full(shape, value, np.float16)
        for layer in range(LAYERS)
        for part, (out, into) in SHAPES.items()
        for side, shape in (("up", (out, THIN)), ("down", (THIN, into)))
    }


@cache
def published() -> Encoder:
    return Encoder()


def test_about_a_sixth_is_left_out() -> None:
    texts = [f"can I post number {number}" for number in range(6_000)]
    assert sum(map(left_out, texts)) / len(texts) == pytest.approx(1 / 6, abs=0.015)


RULE = """
from bot.language.tuning import left_out
print("".join(str(int(left_out(f"mum {number} on Zoë's page"))) for number in range(200)))
"""


@pytest.mark.parametrize("seed", ["1", "2"])
def test_what_is_left_out_stays_so_in_every_process(seed: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", RULE],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
        env={**os.environ, "PYTHONHASHSEED": seed},
    )  # fmt: skip
    here = "".join(str(int(left_out(f"mum {number} on Zoë's page"))) for number in range(200))
    assert (done.stdout.strip(), done.stderr) == (here, "")


@cache
def the_script() -> dict[str, Any]:
    """What the script reads examples by; it can't import the bot, so a few things stand twice."""
    return runpy.run_path(str(ROOT / "scripts" / "examples.py"))


@given(st.text())
def test_the_script_leaves_out_the_same_examples(text: str) -> None:
    assert the_script()[left_out.__name__](text) == left_out(text)


def test_the_script_leaves_out_the_same_of_the_real_examples() -> None:
    texts = [text for topic in TOPICS for text in examples(topic)]
    kept = [text for text in texts if left_out(text)]
    assert kept == [text for text in texts if the_script()[left_out.__name__](text)]
    assert 0 < len(kept) < len(texts)


def test_a_tuning_of_zeros_changes_nothing(tmp_path: Path) -> None:
    save_file(products(0), tmp_path / "zeros.safetensors")
    zeros = Encoder(tuning=Tuning.load(tmp_path / "zeros.safetensors"))
    assert zeros.encode(SENTENCES).tobytes() == published().encode(SENTENCES).tobytes()


@pytest.mark.parametrize("part", sorted(SHAPES))
def test_each_part_takes_up_what_was_learnt_of_it(part: str, tmp_path: Path) -> None:
    learnt = products(0)
    chance = np.random.RandomState(0)
    for side in ("up", "down"):
        shape = learnt[f"0.{part}.{side}"].shape
        learnt[f"0.{part}.{side}"] = chance.normal(0, 0.1, shape).astype(np.float16)
    save_file(learnt, tmp_path / "one.safetensors")
    tuning = Tuning.load(tmp_path / "one.safetensors")
    assert tuning is not None
    up, down = (learnt[f"0.{part}.{side}"].astype(np.float64) for side in ("up", "down"))
    blank = np.zeros((up.shape[0], down.shape[1]), np.float32)
    assert tuning.tuned(blank, 0, part) == pytest.approx(up @ down, abs=1e-6)
    moved = Encoder(tuning=tuning).encode(SENTENCES[2:3])
    assert np.abs(moved - published().encode(SENTENCES[2:3])).max() > 1e-4
    assert np.linalg.norm(moved) == pytest.approx(1, abs=1e-5)


def test_without_the_file_there_is_no_tuning(tmp_path: Path) -> None:
    assert Tuning.load(tmp_path / "gone.safetensors") is None


@pytest.mark.parametrize("content", [b"", b"not a tuning", b"\x08" + bytes(7) + b"{cut sho"])
def test_a_broken_file_is_refused_in_one_sentence(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "mine.safetensors").write_bytes(content)
    with pytest.raises(ModelError, match=r"mine\.safetensors can't be used.*make tune"):
        Tuning.load(tmp_path / "mine.safetensors")


def test_a_file_that_was_cut_short_is_refused(tmp_path: Path) -> None:
    whole = FILE.read_bytes()
    (tmp_path / FILE.name).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelError, match="can't be used"):
        Tuning.load(tmp_path / FILE.name)


def test_the_projects_tuning_is_read_and_fits_each_part() -> None:
    tuning = Tuning.load()
    assert tuning is not None
    for layer in range(LAYERS):
        for part, shape in SHAPES.items():
            added = tuning.tuned(np.zeros(shape, np.float32), layer, part)
            assert added.shape == shape and added.dtype == np.float32
            assert np.isfinite(added).all() and np.abs(added).max() > 0


@cache
def examples(topic: str) -> tuple[str, ...]:
    def told() -> Iterator[str]:
        for entry in yaml.safe_load((NLU / f"{topic}.yml").read_text("utf-8"))["nlu"]:
            for line in entry["examples"].splitlines():
                yield line.removeprefix("- ").strip()

    return tuple(filter(None, told()))


def likeness(encoder: Encoder, unseen: bool) -> tuple[Floats, Floats]:
    """For each of ten topics, how alike its own examples are, and how alike those of the rest."""
    some = [[one for one in examples(name) if left_out(one) == unseen][:MANY] for name in TOPICS]
    rows = encoder.encode([text for texts in some for text in texts])
    topics = np.repeat(np.arange(len(TOPICS)), [len(texts) for texts in some])
    alike, own = rows @ rows.T, topics[:, None] == topics
    np.fill_diagonal(alike, np.nan)  # each is like itself
    numbers = range(len(TOPICS))
    return (
        np.array([np.nanmean(alike[topics == n][own[topics == n]]) for n in numbers]),
        np.array([np.nanmean(alike[topics == n][~own[topics == n]]) for n in numbers]),
    )


def apart(encoder: Encoder, unseen: bool) -> Floats:
    """How far each topic's examples are on the way from "as alike as any" to "the same"."""
    own, others = likeness(encoder, unseen)
    return (own - others) / (1 - others)


def test_examples_of_one_topic_come_nearer_to_one_another() -> None:
    assert (likeness(shared_encoder(), False)[0] > likeness(published(), False)[0]).all()


@pytest.mark.parametrize("unseen", [False, True], ids=["seen", "unseen"])
def test_topics_are_told_apart_by_what_was_learnt(unseen: bool) -> None:
    """Also by examples that the tuning never saw: it has learnt topics, not sentences."""
    gained = apart(Encoder(tuning=Tuning.load()), unseen) - apart(published(), unseen)
    assert gained.mean() > 0.05
    assert unseen or (gained > 0).all()


def test_the_script_cuts_long_messages_as_the_alarm_does() -> None:
    assert (the_script()["LONG"], the_script()["PIECE"]) == (LONG, PIECE)
