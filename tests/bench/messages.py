"""What the bench says to both bots: things both were made to hear, and some neither was."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, islice

FIRST = "Can I accept a friend request from a parent?"

MESSAGES = (
    FIRST,
    "hello",
    "is it ok to put pictures of the school trip on my own page",
    "a dad at the gate asked to follow me on instagram, what do I say",
    "can our department have a whatsapp group",
    "thanks",
    "may I post a photo of sports day if you can't see any faces?",
    "are teachers allowed to moan about work in a private group chat",
    "what time does the school office close",
    "good morning",
    "somebody's mum added me on facebook last night and I haven't answered yet, should I ignore it",
    "who is allowed to publish the nativity pictures",
    "how far away is the moon",
    "cheers, that helps",
)

REPORT = ("I want to report a contact", "a pupil in year 9", "no, not yet")
"""Opens the form of two questions and answers both, for a bot that takes free text."""


STEPS = (
    "I want to report nasty messages about a pupil on snapchat yesterday",
    "bullying",
    "They call her names in the group chat of 8B, and it has gone on for a week.",
    "that's all",
    "J.K., Year 8",
    "a pupil",
    "I have screenshots",
    "no",
    "her mum knows, and she would like it to stop",
    "Ann, room 4",
)
"""Opens our form for incidents, and answers it up to its summary."""


def messages(count: int) -> Iterator[str]:
    return islice(cycle(MESSAGES), count)
