"""`chat` at a real terminal, and at the end of a pipe."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time

from tests.verbs.calling import PATIENCE, ROOT, SENTINEL, Bot

LINES = f"welbeck\n1\n{SENTINEL}\ncan I post photos of the school fair?\n1\nquit\n"


def test_through_a_pipe_the_choices_are_made_by_name_and_number(bot: Bot) -> None:
    settings = {"database_url": "sqlite:///chat.db", "key_file": "chat.key", "log_level": "DEBUG"}
    ended = bot.call("chat", said=LINES.encode() + b"not read", **settings)
    assert ended.status == 0, ended
    assert SENTINEL not in ended.out
    assert SENTINEL not in ended.err
    assert "Where it says so" in ended.out
    # The same conversation, after a new start; broken UTF-8 is read as far as it can be.
    ended = bot.call(
        "chat", "--school", "welbeck", "--role", "staff", said=b"pictures\xc3!\n", **settings
    )
    assert (ended.status, ended.err) == (0, "")
    assert "Question" not in ended.out
    assert "ermission for pictures" in ended.out
    assert SENTINEL not in ended.out


class Screen:
    """A terminal with somebody in front of it who reads before typing."""

    def __init__(self, bot: Bot, *verb: str) -> None:
        self._ours, theirs = pty.openpty()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bot", *verb],
            cwd=bot.folder,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(bot.folder),
                "PYTHONPATH": str(ROOT),
                "LC_ALL": "C.UTF-8",
                **bot.settings,
            },
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)

    def until(self, prompt: str) -> str:
        """Everything that is shown until the prompt stands at its end."""
        shown, overdue = b"", time.monotonic() + PATIENCE
        while not shown.endswith(prompt.encode()):
            assert time.monotonic() < overdue, shown
            if select.select([self._ours], [], [], 1)[0]:
                shown += os.read(self._ours, 65536)
        return shown.decode()

    def type(self, line: str) -> None:
        os.write(self._ours, line.encode() + b"\n")

    def end(self, key: bytes) -> int:
        os.write(self._ours, key)
        try:
            return self._process.wait(PATIENCE)
        finally:
            self._process.kill()
            self._process.wait()
            os.close(self._ours)


def test_at_a_real_terminal(bot: Bot) -> None:
    bot.settings |= {
        "SIGNPOST_DATABASE_URL": "sqlite:///chat.db",
        "SIGNPOST_KEY_FILE": "chat.key",
    }
    screen = Screen(bot, "chat")
    assert "welbeck" in screen.until("Number: ").casefold()
    screen.type("welbeck")
    assert "I'm a parent or carer" in screen.until("Number: ")
    screen.type("2")
    screen.until("You: ")
    screen.type("thanks")
    assert "You're welcome" in screen.until("You: ")
    assert screen.end(b"\x04") == 0  # Ctrl-D
    assert (bot.folder / "chat.db").stat().st_mode & 0o777 == 0o600
