# /// script
# requires-python = "==3.10.*"
# dependencies = [
#   "torch==2.4.1",
#   "numpy==1.26.4",
#   "pyyaml==6.0.2",
#   "safetensors==0.4.5",
#   "tokenizers==0.20.3",
# ]
# ///
"""Teach the sentence encoder which of our topics belong apart; writes `nlu/tuning.safetensors`.

    make tune

The published encoder finds two messages about pictures alike, whether they are about consent,
copyright or a school trip. This moves a small part of it (a product of two thin matrices beside
each of its weights; Hu et al., LoRA) so that messages of one topic come together and those of
others go apart. Training the bot doesn't do this, and doesn't need PyTorch: it reads the result.
It is done twice, from two beginnings: the second is asked where the first isn't sure. Where there
is a file already, learning goes on from it; without one it begins anew.

One example in six is left out here, chosen by its own text (`left_out`), so that training has
examples which the encoder has never seen to judge its certainty by.

Beside the topics it learns to tell danger from what only sounds like it, from `nlu/urgent`, and
who it was that did something, from `nlu/details/who`: the same numbers serve all three
(`bot/language/urgent`, `bot/language/details`).
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from examples import examples
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional

LAYERS, HEADS, WIDTH = 6, 12, 384
LONGEST = 64
"""Tokens of an example that are read; few have as many."""
RANK = 32
EPOCHS, FURTHER = 8, 3
"""Rounds from the beginning, and from what was learnt before."""
TOGETHER = 64
RATE, GENTLER = 2e-3, 1e-3
SHARPNESS = 20.0
"""How much nearer its own topic than any other an example has to be."""
DOUBT = 0.1
"""Share of the truth that is spread over all topics, since some examples fit two."""
DROPPED = 0.1
MASKED, MASK = 0.05, 103
"""Share of an example's tokens that are hidden while it is learnt from, others in each round, and
what stands in their place."""
ENOUGH = 60
"""Examples that show where a label lies to begin with."""
ALARMS = 1.0
"""How much telling danger counts beside telling topics."""
PEOPLE = 0.5
"""How much telling who did something counts beside it."""
BLEND = {6: 1.0, 5: 0.5, 4: 0.5}
"""How much each layer counts, as in `bot/language/encoder.py`."""
PARTS = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "join": "attention.output.dense",
    "widen": "intermediate.dense",
    "narrow": "output.dense",
}


NOTHING = -100
"""Where an example has no label; the loss passes it over."""


class Thin(nn.Module):
    """One of the encoder's matrices, which stays, and the thin product that is learnt beside it."""

    def __init__(self, matrix: torch.Tensor, bias: torch.Tensor) -> None:
        super().__init__()
        # What stays is kept as it is multiplied, or each step would round it anew.
        self.matrix, self.bias = matrix.bfloat16(), bias.bfloat16()
        wide, deep = matrix.shape
        self.begin(torch.randn(RANK, deep) / math.sqrt(deep), torch.zeros(wide, RANK))

    def begin(self, down: torch.Tensor, up: torch.Tensor) -> None:
        self.down, self.up = nn.Parameter(down), nn.Parameter(up)

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        learnt = functional.linear(functional.linear(rows, self.down), self.up)
        return functional.linear(rows, self.matrix, self.bias) + learnt


class Layer(nn.Module):
    def __init__(self, tensors: dict[str, torch.Tensor], prefix: str) -> None:
        super().__init__()
        self.parts = nn.ModuleDict(
            {
                part: Thin(tensors[f"{prefix}{name}.weight"], tensors[f"{prefix}{name}.bias"])
                for part, name in PARTS.items()
            }
        )
        self.scales = [
            (tensors[f"{prefix}{name}.LayerNorm.weight"], tensors[f"{prefix}{name}.LayerNorm.bias"])
            for name in ("attention.output", "output")
        ]

    def forward(self, hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        count, length, _ = hidden.shape
        dropped = DROPPED if self.training else 0.0

        def heads(part: str) -> torch.Tensor:
            rows: torch.Tensor = self.parts[part](hidden)
            return rows.view(count, length, HEADS, -1).transpose(1, 2)

        mixed = functional.scaled_dot_product_attention(
            heads("query"), heads("key"), heads("value"), attn_mask=mask
        )
        joined = self.parts["join"](mixed.transpose(1, 2).reshape(count, length, WIDTH))
        hidden = self._add(hidden, joined, 0, dropped)
        wide = functional.gelu(self.parts["widen"](hidden))
        return self._add(hidden, self.parts["narrow"](wide), 1, dropped)

    def _add(
        self, hidden: torch.Tensor, more: torch.Tensor, which: int, dropped: float
    ) -> torch.Tensor:
        total = hidden + functional.dropout(more, dropped)
        return functional.layer_norm(total, (WIDTH,), *self.scales[which], 1e-12)


class Encoder(nn.Module):
    def __init__(self, tensors: dict[str, torch.Tensor]) -> None:
        super().__init__()
        self.words = tensors["embeddings.word_embeddings.weight"]
        kind = tensors["embeddings.token_type_embeddings.weight"][0]
        self.places = tensors["embeddings.position_embeddings.weight"] + kind
        self.scales = tensors["embeddings.LayerNorm.weight"], tensors["embeddings.LayerNorm.bias"]
        self.layers = nn.ModuleList(
            Layer(tensors, f"encoder.layer.{number}.") for number in range(LAYERS)
        )

    def forward(self, rows: list[list[int]]) -> torch.Tensor:
        longest = max(map(len, rows))
        tokens = torch.zeros(len(rows), longest, dtype=torch.long)
        there = torch.zeros(len(rows), longest, dtype=torch.bool)
        for place, row in enumerate(rows):
            tokens[place, : len(row)] = torch.tensor(row)
            there[place, : len(row)] = True
        if self.training:
            tokens[there & (torch.rand(tokens.shape) < MASKED)] = MASK
        mask = (~there)[:, None, None, :].float() * -1e4
        hidden = self.words[tokens] + self.places[:longest]
        hidden = functional.layer_norm(hidden, (WIDTH,), *self.scales, 1e-12)
        blended = torch.zeros_like(hidden)
        for number, layer in enumerate(self.layers, 1):
            hidden = layer(hidden, mask)
            blended = blended + hidden * BLEND.get(number, 0.0)
        share = there[..., None].float()
        return functional.normalize((blended * share).sum(1) / share.sum(1), dim=1)


def go_on(encoder: Encoder, path: Path) -> None:
    """Begin with what was learnt before."""
    known = load_file(path)
    for number, layer in enumerate(encoder.layers):
        for part, thin in layer.parts.items():
            thin.begin(*(known[f"{number}.{part}.{side}"].float() for side in ("down", "up")))


def numbered(labels: Sequence[str | None]) -> tuple[list[str], np.ndarray]:
    """The names in order, and each label's place among them, or NOTHING."""
    names = sorted({label for label in labels if label is not None})
    places = {name: place for place, name in enumerate(names)}
    return names, np.array([NOTHING if one is None else places[one] for one in labels])


def batches(rows: list[list[int]], chance: np.random.RandomState) -> list[np.ndarray]:
    """All examples in a new order, those of like length together, since padding costs time."""
    order, found = chance.permutation(len(rows)), []
    for start in range(0, len(order), TOGETHER * 16):
        some = order[start : start + TOGETHER * 16]
        some = some[np.argsort([len(rows[one]) for one in some], kind="stable")]
        parts = [some[at : at + TOGETHER] for at in range(0, len(some), TOGETHER)]
        chance.shuffle(parts)
        found += parts
    return found


def numbers_of(encoder: Encoder, rows: list[list[int]]) -> torch.Tensor:
    encoder.eval()
    order = np.argsort([len(row) for row in rows], kind="stable")
    found = torch.empty(len(rows), WIDTH)
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        for at in range(0, len(order), TOGETHER):
            part = order[at : at + TOGETHER]
            found[part] = encoder([rows[one] for one in part]).float()
    return found


def centres(numbers: torch.Tensor, right: np.ndarray) -> torch.Tensor:
    """Where each topic lies to begin with."""
    return functional.normalize(
        torch.stack([numbers[right == one].mean(0) for one in range(right.max() + 1)]), dim=1
    )


class Judge(nn.Module):
    """What tells the topics apart while the encoder learns: a direction for each of them."""

    def __init__(self, places: torch.Tensor) -> None:
        super().__init__()
        self.places = nn.Parameter(places)
        self.lean = nn.Parameter(torch.zeros(len(places)))

    def forward(self, numbers: torch.Tensor) -> torch.Tensor:
        return SHARPNESS * numbers @ functional.normalize(self.places, dim=1).T + self.lean


def first_of(labels: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Where the first `ENOUGH` examples of each label stand."""
    known = seen[labels[seen] != NOTHING]
    return np.concatenate([known[labels[known] == one][:ENOUGH] for one in range(labels.max() + 1)])


class Task:
    """One way of telling examples apart: by topic, or by danger."""

    def __init__(
        self, right: np.ndarray, numbers: torch.Tensor, places: np.ndarray, doubt: float
    ) -> None:
        """`numbers` are those of some examples, whose `places` are given, to begin with."""
        self.right = right
        self.doubt = doubt
        known = right[places] != NOTHING
        self.judge = Judge(centres(numbers[known], right[places][known]))
        self.weights = None
        if doubt:
            counts = np.bincount(right[right != NOTHING])
            self.weights = torch.tensor(np.sqrt(counts.mean() / counts), dtype=torch.float)

    def loss(self, numbers: torch.Tensor, places: np.ndarray) -> torch.Tensor:
        wanted = torch.tensor(self.right[places])
        if (wanted == NOTHING).all():
            return numbers.sum() * 0.0
        return functional.cross_entropy(
            self.judge(numbers), wanted, weight=self.weights, label_smoothing=self.doubt
        )

    def judged(self, numbers: torch.Tensor, places: np.ndarray) -> float:
        """Share of examples that are read right."""
        known = self.right[places] != NOTHING
        read = self.judge(numbers[known]).argmax(1).numpy()
        return float((read == self.right[places][known]).mean())


def tune(
    encoder: Encoder,
    rows: list[list[int]],
    topics: np.ndarray,
    alarms: np.ndarray,
    people: np.ndarray,
    unseen: np.ndarray,
    seed: int,
    rounds: int,
    rate: float,
) -> Judge:
    """Learn in so many rounds from all but the unseen, and say how well those are read."""
    chance = np.random.RandomState(seed)
    seen, hidden = np.flatnonzero(~unseen), np.flatnonzero(unseen)
    some = np.concatenate([first_of(labels, seen) for labels in (topics, alarms, people)])
    numbers = numbers_of(encoder, [rows[one] for one in some])
    # Danger is rare: with doubt spread over its kinds, little else would be learnt.
    topic, alarm = Task(topics, numbers, some, DOUBT), Task(alarms, numbers, some, 0.0)
    who = Task(people, numbers, some, 0.0)
    thin = [one for one in encoder.parameters() if one.requires_grad]
    judges = [weight for task in (topic, alarm, who) for weight in task.judge.parameters()]
    optimiser = torch.optim.AdamW(
        [{"params": thin, "weight_decay": 0.01}, {"params": judges, "weight_decay": 0.0}]
    )
    steps = rounds * (math.ceil(len(seen) / TOGETHER) + 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, [rate, rate * 5], total_steps=steps, pct_start=0.1
    )
    for epoch in range(rounds):
        begun, total = time.time(), 0.0
        encoder.train()
        for part in batches([rows[one] for one in seen], chance):
            places = seen[part]
            with torch.autocast("cpu", dtype=torch.bfloat16):
                numbers = encoder([rows[one] for one in places]).float()
            loss = topic.loss(numbers, places) + ALARMS * alarm.loss(numbers, places)
            loss = loss + PEOPLE * who.loss(numbers, places)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(thin, 1.0)
            optimiser.step()
            schedule.step()
            total += loss.item() * len(part)
        with torch.no_grad():
            numbers = numbers_of(encoder, [rows[one] for one in hidden])
            right = [task.judged(numbers, hidden) for task in (topic, alarm, who)]
        say(
            f"round {epoch + 1} of {rounds}: loss {total / len(seen):.3f}, unseen right: "
            f"topics {right[0]:.1%}, danger {right[1]:.1%}, who {right[2]:.1%}; "
            f"{time.time() - begun:.0f} s"
        )
    return topic.judge


def say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def write(encoder: Encoder, judge: Judge, names: list[str], path: Path) -> None:
    learnt = {
        f"{number}.{part}.{side}": getattr(thin, side).detach().half().contiguous()
        for number, layer in enumerate(encoder.layers)
        for part, thin in layer.parts.items()
        for side in ("up", "down")
    }
    directions = SHARPNESS * functional.normalize(judge.places.detach(), dim=1)
    learnt["directions"] = directions.half().contiguous()
    learnt["lean"] = judge.lean.detach().half().contiguous()
    save_file(learnt, path, {"labels": json.dumps(names)})


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--model", type=Path, required=True, help="the encoder's folder")
    asked.add_argument("--nlu", type=Path, default=Path("nlu"))
    asked.add_argument("--out", type=Path, default=Path("nlu/tuning.safetensors"))
    asked.add_argument("--seed", type=int, default=0, help="where the learning begins")
    given = asked.parse_args()
    torch.manual_seed(given.seed)
    tokenizer = Tokenizer.from_file(str(given.model / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST)
    encoder = Encoder(load_file(given.model / "model.safetensors"))
    texts, topics, alarms, people, unseen = zip(*examples(given.nlu), strict=True)
    (names, topic), (_, alarm), (_, who) = map(numbered, (topics, alarms, people))
    say(f"{len(texts)} examples of {len(names)} topics")
    rows = [encoding.ids for encoding in tokenizer.encode_batch(list(texts))]
    further = given.out.exists()
    if further:
        go_on(encoder, given.out)
    rounds, rate = (FURTHER, GENTLER) if further else (EPOCHS, RATE)
    judge = tune(encoder, rows, topic, alarm, who, np.array(unseen), given.seed, rounds, rate)
    write(encoder, judge, names, given.out)


if __name__ == "__main__":
    main()
