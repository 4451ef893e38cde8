"""What is kept as evidence is told by its content; whatever is refused says why."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.evidence import (
    EMPTY,
    LARGEST,
    MOST,
    OTHER_KIND,
    TOO_LARGE,
    TOO_MANY,
    beforehand,
    judge,
)
from bot.cases.records import Evidence


@pytest.mark.parametrize(
    ("content", "media"),
    [
        (b"\xff\xd8\xff\xe0 rest", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n rest", "image/png"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"%PDF-1.7", "application/pdf"),
        ("what she wrote: “no”\n".encode(), "text/plain"),
    ],
)
def test_a_kind_is_told_by_its_first_bytes(content: bytes, media: str) -> None:
    assert judge(content, 0) == Evidence(media, content)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "content",
    [b"MZ\x90\x00", b"PK\x03\x04", b"GIF89a\x00", b"<svg onload=x>", b"  <html>", b"#!/bin/sh\n"],
)
def test_any_other_kind_is_refused(content: bytes) -> None:
    assert judge(content, 0) == OTHER_KIND


def test_limits() -> None:
    assert judge(b"", 0) == EMPTY
    assert judge(b"text", MOST) == TOO_MANY
    assert isinstance(judge(b"text", MOST - 1), Evidence)
    assert isinstance(judge(b"a" * LARGEST, 0), Evidence)
    assert judge(b"a" * (LARGEST + 1), 0) == TOO_LARGE


def test_what_can_be_refused_before_it_is_fetched_is() -> None:
    assert beforehand("document", None) is beforehand("picture", LARGEST) is None
    assert beforehand("document", LARGEST + 1) == TOO_LARGE
    assert beforehand("voice", 5) == beforehand("video", None) == OTHER_KIND


@given(st.binary(max_size=300))
def test_anything_is_kept_whole_or_refused(content: bytes) -> None:
    judged = judge(content, 0)
    assert judged in (EMPTY, OTHER_KIND) or (
        isinstance(judged, Evidence) and judged.content == content
    )
