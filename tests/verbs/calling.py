"""Starts the bot as a user would: a process of its own, in a folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

SENTINEL = "purple walrus under the stairs"
"""What somebody writes that no log may hold."""

TOKEN = "731946:AAF-sentinel-token-Qx7"
"""What a channel's secret looks like."""

PATIENCE = 120


@dataclass(frozen=True)
class Ended:
    """What a process printed, and how it ended."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.split("\n") if line]

    @property
    def complaint(self) -> str:
        """The one sentence of a failed start, after a look that it is nothing worse."""
        assert self.status == 1, self
        assert "Traceback" not in self.err, self.err
        said = self.err.splitlines()
        assert len(said) == 1, self.err
        assert said[0].startswith("signpost: ")
        assert said[0].endswith(".")
        return said[0].removeprefix("signpost: ")


@dataclass
class Bot:
    """A technician's machine: a folder to start from, and the settings."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    def start(self, *verb: str, program: str = "bot", **settings: str) -> subprocess.Popen[bytes]:
        """Begin a verb; `settings` come without their prefix and in lower case."""
        mine = {f"SIGNPOST_{name.upper()}": value for name, value in settings.items()}
        # Nothing is passed on from the machine that runs the tests, and its language is no help.
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "PYTHONPATH": str(ROOT),
            "PYTHONIOENCODING": "ascii",
            **self.settings,
            **mine,
        }
        return subprocess.Popen(
            [sys.executable, "-m", program, *verb],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def call(
        self, *verb: str, said: str | bytes = b"", program: str = "bot", **settings: str
    ) -> Ended:
        return ended(self.start(*verb, program=program, **settings), said)


def ended(process: subprocess.Popen[bytes], said: str | bytes = b"") -> Ended:
    """Say something to a verb and wait for its end."""
    text = said.encode() if isinstance(said, str) else said
    try:
        out, err = process.communicate(text, timeout=PATIENCE)
    finally:
        process.kill()
        process.wait()
    assert process.returncode is not None
    return Ended(process.returncode, out.decode("utf-8"), err.decode("utf-8"))


def talking(verb: str, role: str = "staff", school: str = "welbeck") -> tuple[str, ...]:
    return verb, "--school", school, "--role", role, "--json"
