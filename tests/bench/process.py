"""A bot as a whole process, measured from outside: time to its first answer, memory, each turn.

Both bots speak the same protocol, a message a line in and a JSON object a line out, so the same
code measures both. Runs alternate, A B A B, so that a busy minute of the machine hits both.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from bot.errors import BotError
from tests.bench.figures import MEGA

PATIENCE = 300.0
"""Seconds that one answer may take before its process is ended; stock Rasa needs about 40."""


class NoAnswer(BotError):  # noqa: N818  # reads as what it says
    """A process ended, or was ended, without the answer it was asked for."""


@dataclass(frozen=True)
class Command:
    name: str
    argv: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)


class Talk:
    """One process that is being talked to. Standard error is kept to explain a failure with."""

    def __init__(self, command: Command, patience: float = PATIENCE) -> None:
        self.command = command
        self._patience = patience
        self._errors = tempfile.TemporaryFile(  # noqa: SIM115  # closed in __exit__
            mode="w+", errors="replace"
        )
        self._begun = time.perf_counter()
        self._process = subprocess.Popen(
            command.argv,
            cwd=command.folder,
            env={**os.environ, **command.environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            encoding="utf-8",
        )

    def __enter__(self) -> Talk:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()
        self._errors.close()

    def say(self, text: str) -> dict[str, Any]:
        """Send a message and wait for its answer; whatever else is printed is passed over."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        overdue = threading.Timer(self._patience, self._process.kill)
        overdue.start()
        try:
            self._process.stdin.write(text + "\n")
            self._process.stdin.flush()
            for line in self._process.stdout:
                if line.startswith("{"):
                    answer: dict[str, Any] = json.loads(line)
                    return answer
        except BrokenPipeError:
            pass
        finally:
            overdue.cancel()
        raise NoAnswer(f"{self.command.name} gave no answer: {self._last_words()}")

    def seconds(self) -> float:
        """How long the process has been there."""
        return time.perf_counter() - self._begun

    def megabytes(self) -> float:
        """Resident memory of the process."""
        found = resident(self._process.pid)
        if not found:
            raise NoAnswer(f"{self.command.name} has ended: {self._last_words()}")
        return found

    def _last_words(self) -> str:
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:  # it has closed its output and stays
            self._process.kill()
            self._process.wait()
        self._errors.seek(0)
        lines = [line.strip() for line in self._errors if line.strip()]
        return lines[-1] if lines else f"it ended with {self._process.returncode} and no word"


def resident(process: int) -> float:
    """Megabytes of memory that a process has, as Linux tells it; nothing once it has ended."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == "VmRSS":
            return int(value.split()[0]) * 1024 / MEGA
    return 0.0


def first_answer(command: Command, text: str) -> float:
    """Seconds from the process's begin to its first answer."""
    with Talk(command) as talk:
        answer = talk.say(text)
        seconds = talk.seconds()
    if not answer["reply"]:
        raise NoAnswer(f"{command.name} answered with nothing.")
    return seconds


def first_answers(commands: Sequence[Command], text: str, times: int) -> dict[str, list[float]]:
    """Time each command `times` times, by turns, after a round that only warms the disk cache."""
    taken: dict[str, list[float]] = {command.name: [] for command in commands}
    for number in range(times + 1):
        for command in commands:
            seconds = first_answer(command, text)
            if number > 0:
                taken[command.name].append(seconds)
    return taken
