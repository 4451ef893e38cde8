"""A fingerprint goes with one report alone, and an old one holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone

import pytest

from bot.cases import NewRecord
from bot.cases.entries import ReportState
from bot.cases.proof import fingerprint, in_writing
from bot.cases.records import Evidence
from tests.cases.people import record

TOLD = record("staff-concern", "staff", "Sam Hall", words="Too close.", facts=(("Where", "Bus"),))
KNOWN = "2d81-a41a-53c6-585d-9c46-9a3f-5ce4-90c4"
"""Of that record, as it was given out before files had a part in it."""


def digest(content: bytes) -> str:
    return Evidence("text/plain", content).sha256


FILES = (digest(b"one"), digest(b"two"))


def test_a_proof_that_was_given_out_holds() -> None:
    assert fingerprint(TOLD) == KNOWN


@pytest.mark.parametrize(
    "other",
    [
        replace(TOLD, words="Too close!"),
        replace(TOLD, reference="SP-2222-2222"),
        replace(TOLD, named=()),
        replace(TOLD, facts=(("Where", "Hall"),)),
        replace(TOLD, told_by="parent"),
        replace(TOLD, files=FILES),
        replace(TOLD, files=FILES[:1]),
        replace(TOLD, files=FILES[::-1]),
    ],
)
def test_another_report_has_another(other: NewRecord) -> None:
    same = [fingerprint(TOLD), fingerprint(replace(TOLD, files=(digest(b"one"), digest(b"zwei"))))]
    assert fingerprint(other) not in same


def test_a_files_digest_is_its_sha_256() -> None:
    # The first example of FIPS 180-4.
    assert digest(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_proof_in_writing_says_what_a_stranger_needs() -> None:
    came = datetime(2026, 7, 1, 8, 30, tzinfo=timezone.utc)
    state = ReportState(
        TOLD.reference,
        TOLD.kind,
        "received",
        came,
        sent_to=frozenset(("head",)),
        fingerprint=KNOWN,
        school="oakfield",
    )
    said = in_writing(state, "Oakfield Primary School")
    for line in (
        "Number: SP-7KQ4-XM2D",
        "School: Oakfield Primary School",
        "Received: Wednesday 1 July 2026 at 09:30, UK time",
        "Sent to: the headteacher",
        f"Fingerprint: {KNOWN}",
    ):
        assert line in said.splitlines()
    assert "nobody at the school" in in_writing(replace(state, sent_to=frozenset()), "Oakfield")
    assert in_writing(replace(state, fingerprint=""), "Oakfield") == ""
