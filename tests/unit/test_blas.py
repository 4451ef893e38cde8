"""A processor is called by a name that the routines for it know."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.blas import NAME, NEEDED, WITH_AVX512, name_the_processor


@pytest.fixture(autouse=True)
def unnamed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "")  # so that it is put back as it was, whatever a test does
    monkeypatch.delenv(NAME)


def processor(folder: Path, *flags: str) -> Path:
    path = folder / "cpuinfo"
    path.write_text(f"processor\t: 0\nflags\t\t: fpu sse2 {' '.join(flags)}\nbugs\t\t:\n")
    return path


def test_one_with_the_wide_registers_is_named(tmp_path: Path) -> None:
    name_the_processor(processor(tmp_path, *NEEDED))

    assert os.environ[NAME] == WITH_AVX512


def test_one_that_lacks_a_part_of_them_is_left_alone(tmp_path: Path) -> None:
    name_the_processor(processor(tmp_path, *sorted(NEEDED)[1:]))

    assert NAME not in os.environ


def test_where_nothing_is_told_nothing_is_named(tmp_path: Path) -> None:
    name_the_processor(tmp_path / "absent")

    assert NAME not in os.environ


def test_a_name_that_was_given_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "Haswell")

    name_the_processor(processor(tmp_path, *NEEDED))

    assert os.environ[NAME] == "Haswell"
