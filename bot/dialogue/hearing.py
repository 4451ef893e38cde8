"""Makes of what somebody typed the text that Rasa is given.

A button's title, typed or pressed, means what the button means. Nobody can type Rasa's own
commands: a leading slash is dropped, so `/cancel` is read as the word. What can't be read as a
message at all becomes an intent of its own, with a reply in the domain like any other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from bot.dialogue.controls import control
from bot.dialogue.following import following
from bot.messages import Button

LONGEST = 20_000
"""Characters in one message; a long pasted e-mail thread has fewer."""

EMPTY = "/empty"
TOO_LONG = "/too-long"


def heard(
    text: str, offered: Iterable[Button], *, in_form: bool = False, saved: bool = False
) -> str:
    """`in_form` and `saved` say whether the words that steer a form mean anything now."""
    plain = clean(text)
    said = _alike(plain)
    for button in offered:
        if said == _title(button.title):
            return button.payload
    if steers := control(plain.lstrip("/"), in_form=in_form, saved=saved):
        return steers
    if len(plain) > LONGEST:
        return TOO_LONG
    if follows := following(plain.lstrip("/"), in_form=in_form):
        return follows
    # Together, or "/ /cancel" would lose its first slash and keep the second.
    return re.sub(r"^[\s/]+", "", plain) or EMPTY


def _alike(text: str) -> str:
    """Phones turn a straight apostrophe into a curly one."""
    return clean(text).replace("’", "'").casefold()


_title = lru_cache(maxsize=256)(_alike)  # each message is held against the same titles


def clean(text: str) -> str:
    """Drop what can't be seen: control and format characters, half ones, spaces at the ends."""
    kept = (
        character
        for character in unicodedata.normalize("NFC", text)
        if character in "\n\t" or unicodedata.category(character)[0] != "C"
    )
    return "".join(kept).strip()
