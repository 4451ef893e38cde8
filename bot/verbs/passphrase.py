"""Asks for what nobody else should see: without echo, or from a pipe."""

from __future__ import annotations

import sys

import typer


def ask(prompt: str, *, twice: bool = False) -> str:
    """At a terminal nothing is shown while it is typed; otherwise it is a line of input."""
    if sys.stdin.isatty():
        typed: str = typer.prompt(prompt, hide_input=True, confirmation_prompt=twice)
        return typed
    # Bytes that are no UTF-8 stay what they are: a passphrase must be the same each time.
    return sys.stdin.buffer.readline().decode("utf-8", "surrogateescape").rstrip("\r\n")
