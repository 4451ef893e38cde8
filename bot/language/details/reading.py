"""Reads a message for the details that a form would otherwise ask for, but for who it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.language.details.links import links, without_links
from bot.language.details.platforms import platforms
from bot.language.details.text import READ, plain
from bot.language.details.when import When, when
from bot.language.details.years import year_group


@dataclass(frozen=True)
class Details:
    """What was told; whatever wasn't, or could be read in two ways, is empty."""

    platforms: tuple[str, ...] = ()
    when: When | None = None
    year: str | None = None
    links: tuple[str, ...] = ()


def read(text: str, now: datetime) -> Details:
    """The details of what happened, as of `now`, when it was written."""
    text = text[:READ]
    found = links(text)
    said = plain(without_links(text))
    return Details(platforms(said, found), when(said, now), year_group(said), found)
