"""The bench is believed, so its arithmetic and its counting are tested like the rest."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime, timezone
from itertools import islice
from pathlib import Path

import pytest

from bot.language.encoder import REMEMBERED
from tests.bench.disk import room
from tests.bench.figures import Figure, Verdict, median, percentile, table
from tests.bench.parts.throughput import PEOPLE, said
from tests.bench.process import Command, NoAnswer, Talk, first_answers
from tests.bench.results import keep

ECHO = """
import json, sys
print("a line of somebody else's", flush=True)
for line in sys.stdin:
    if line == "die\\n":
        sys.exit("no strength left")
    print(json.dumps({"reply": line.strip().upper()}), flush=True)
"""


def echo(folder: Path, name: str = "echo") -> Command:
    return Command(name, (sys.executable, "-c", ECHO), folder)


@pytest.mark.parametrize(
    ("samples", "share", "expected"),
    [
        ([7.0], 0.5, 7.0),
        ([3.0, 1.0, 2.0], 0.5, 2.0),
        ([4.0, 1.0, 3.0, 2.0], 0.5, 2.0),
        ([float(n) for n in range(1, 101)], 0.99, 99.0),
        ([float(n) for n in range(1, 102)], 0.99, 100.0),
        ([1.0, 2.0], 1.0, 2.0),
    ],
)
def test_percentiles_are_measured_values(
    samples: list[float], share: float, expected: float
) -> None:
    assert percentile(samples, share) == expected


@pytest.mark.parametrize("share", [0.0, -0.1, 1.01])
def test_a_share_outside_the_samples_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="share"):
        percentile([1.0], share)


def test_no_samples_have_no_median() -> None:
    with pytest.raises(ValueError, match="no samples"):
        median([])


@pytest.mark.parametrize(
    ("measured", "limit", "at_least", "verdict"),
    [
        (6.0, 6.0, False, "ok"),
        (6.01, 6.0, False, "short"),
        (5.0, 5.0, True, "ok"),
        (4.99, 5.0, True, "short"),
        (1e9, None, False, ""),
    ],
)
def test_a_limit_may_be_reached_but_not_passed(
    measured: float, limit: float | None, at_least: bool, verdict: Verdict
) -> None:
    assert Figure("any", measured, "s", limit, at_least).verdict == verdict


def test_the_table_shows_limit_measure_and_verdict() -> None:
    lines = table(
        [Figure("start", 7.123, "s", 6), Figure("ratio", 1234.5, "x", 5, at_least=True)]
    ).splitlines()
    assert lines[1].split() == ["start", "<=", "6", "s", "7.12", "s", "short"]
    assert lines[2].split() == ["ratio", ">=", "5", "x", "1,234", "x", "ok"]


def test_a_part_replaces_its_own_results_only(tmp_path: Path) -> None:
    path, when = tmp_path / "new" / "results.json", datetime(2030, 5, 6, tzinfo=timezone.utc)
    keep(path, "size", [Figure("old", 1, "MB")], quick=True, when=when)
    keep(path, "memory", [Figure("other", 2, "MB", 1)], quick=False, when=when)
    keep(path, "size", [Figure("new", 3, "MB", samples=(3.00049,))], quick=False, when=when)
    kept = json.loads(path.read_text())
    assert [figure["name"] for figure in kept["size"]["figures"]] == ["new"]
    assert kept["size"]["figures"][0]["samples"] == [3.0]
    assert kept["memory"]["figures"][0]["verdict"] == "short"


def test_no_message_is_heard_again_while_it_is_remembered() -> None:
    times = list(islice(said(), 3_000))
    assert all(
        len(set(times[at : at + REMEMBERED + PEOPLE])) == REMEMBERED + PEOPLE
        for at in range(0, 2_900, 10)
    )


def test_a_file_with_two_names_counts_once_and_links_are_not_followed(tmp_path: Path) -> None:
    folder, outside = tmp_path / "folder", tmp_path / "outside"
    folder.mkdir()
    outside.write_bytes(b"x" * 1_000_000)
    empty = room(folder)
    (folder / "one").write_bytes(b"x" * 50_000)
    os.link(folder / "one", folder / "two")
    (folder / "away").symlink_to(outside)
    counted = room(folder)
    assert 50_000 <= counted.apparent - empty.apparent < 100_000
    assert 50_000 <= counted.disk - empty.disk < 100_000


def test_a_talk_gets_one_answer_a_line(tmp_path: Path) -> None:
    with Talk(echo(tmp_path)) as talk:
        assert talk.say("hello") == {"reply": "HELLO"}
        assert talk.say("again") == {"reply": "AGAIN"}
        assert talk.megabytes() > 1


def test_a_process_that_ends_is_reported_in_its_own_words(tmp_path: Path) -> None:
    with Talk(echo(tmp_path)) as talk, pytest.raises(NoAnswer, match="no strength left"):
        talk.say("die")


def test_a_process_that_never_answers_is_ended(tmp_path: Path) -> None:
    mute = Command("mute", (sys.executable, "-c", "import sys; sys.stdin.read()"), tmp_path)
    with Talk(mute, patience=0.2) as talk, pytest.raises(NoAnswer, match="mute gave no answer"):
        talk.say("hello")


def test_the_warming_round_does_not_count(tmp_path: Path) -> None:
    taken = first_answers([echo(tmp_path, "a"), echo(tmp_path, "b")], "hello", times=2)
    assert {name: len(seconds) for name, seconds in taken.items()} == {"a": 2, "b": 2}
    assert min(taken["a"] + taken["b"]) > 0


def test_an_empty_reply_is_no_answer(tmp_path: Path) -> None:
    with pytest.raises(NoAnswer, match="answered with nothing"):
        first_answers([echo(tmp_path)], " ", times=1)
