"""Who the other person is, as it was learnt from examples."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ModelError
from bot.language.details import who
from bot.language.details.who import EXAMPLES, FILE, SURE, WhoModel, fingerprint, other_person
from bot.language.encoder import shared_encoder
from tests.language.test_openings import openings
from tests.language.test_questions import words

TOLD = (
    ("a pupil messaged me", "pupil"),
    ("my friend's dad told me that a pupil posted it", "pupil"),
    ("friend request from a year 9", "pupil"),
    ("one of my year 10s dm'd me", "pupil"),
    ("my son is being bullied by boys in his class", "pupil"),
    ("someone in her year posted it", "pupil"),
    ("year 8 are being horrid to her", "pupil"),
    ("an ex-pupil added me", "ex-pupil"),
    ("a lad I used to teach found me", "ex-pupil"),
    ("a pupil's mum wrote to me", "parent"),
    ("another parent is slagging me off", "parent"),
    ("a child's nan keeps commenting", "parent"),
    ("an email from a Year 11's dad", "parent"),
    ("our headteacher's been tagged by an ex-parent", "parent"),
    ("photos put up on a mum's page", "parent"),
    ("a TA shared a photo of a pupil", "colleague"),
    ("her teacher messaged my daughter", "colleague"),
    ("one of our governors wrote about the head", "other-adult"),
    ("a grown man messaged my boy", "other-adult"),
    ("a swimming coach from the local club added her", "other-adult"),
    ("someone messaged my daughter", "unknown"),
    ("a fake account is mocking pupils", "unknown"),
    ("I'm a teacher and I'm worried", None),
    ("parent here, want to report something", None),
    ("my friend's dad told me about it", None),
    ("my daughter got nasty messages", None),
    ("there's a photo of a pupil online", None),
    ("I want to report a post", None),
    ("he messaged me", None),
)
"""Short and plain. Most are read right; each of them can't be, where it is learnt."""


def test_the_arrays_belong_to_the_examples_and_the_tuning() -> None:
    assert WhoModel.load(FILE).made_from == fingerprint(), "run `make tune`, or its last step"


def test_nearly_all_plain_messages_are_read_right() -> None:
    missed = [text for text, expected in TOLD if other_person(text) != expected]
    assert len(missed) <= 0.15 * len(TOLD), missed


def test_most_openings_tell_who_it_was() -> None:
    missed = [one["text"] for one in openings() if other_person(one["text"]) != one.get("who")]
    assert len(missed) <= 0.23 * len(openings())


def test_no_opening_is_an_example_or_nearly_one() -> None:
    texts = [path.read_text(encoding="utf-8") for path in EXAMPLES.glob("*.txt")]
    known = [words(line) for text in texts for line in text.splitlines()]
    mine = [words(one["text"]) for one in openings()]
    copies = [
        own
        for own in mine
        if len(own) > 5 and any(len(own & one) >= 0.8 * len(own | one) for one in known)
    ]
    assert copies == []


@pytest.mark.parametrize("text", ["", "  ", "?", "\ud800", "who " * 5000])
def test_whatever_comes_is_read(text: str) -> None:
    assert other_person(text) in {None, *WhoModel.load().labels}


def test_shares_are_of_one() -> None:
    found = WhoModel.load().shares("a pupil added me", shared_encoder().encode(["a pupil"])[0])
    assert sum(found.values()) == pytest.approx(1.0) and 0 < SURE < 1


def test_without_the_arrays_nobody_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "who.npz"
    broken.write_bytes(b"no arrays")
    with pytest.raises(ModelError, match=r"who\.npz can't be used"):
        WhoModel.load(broken)
    monkeypatch.setattr(who, "_model", lambda: None)
    assert other_person("a pupil added me") is None
