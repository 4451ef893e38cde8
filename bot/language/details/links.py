"""Web addresses in a message, as they were written, so that they still lead somewhere.

They are found first and taken out, because an address is full of numbers and names which would
pass for dates and platforms.
"""

from __future__ import annotations

import re

_SURE_ENDS = r"com|net|org|co\.uk|org\.uk|ac\.uk|sch\.uk|gov\.uk|uk"
_SHORT_ENDS = r"gg|be|ly|me|tv|io|to|co|app|ai|info|xyz|site|online|link|live|chat|ws|page|us|eu"
"""Ends that are words or typing slips as well, such as "ask.me": they need a path."""

_LINK = re.compile(
    r"(?<![\w@.])(?:"
    r"https?://[^\s<>\"“”]+"
    r"|www\.[^\s<>\"“”]+\.[^\s<>\"“”]+"
    rf"|(?:[a-z0-9-]{{1,63}}\.){{1,4}}(?:{_SURE_ENDS})(?![\w@-])(?:[:/?][^\s<>\"“”]*)?"
    rf"|(?:[a-z0-9-]{{1,63}}\.){{1,4}}(?:{_SHORT_ENDS})/[^\s<>\"“”]+"
    r")",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_HOST = re.compile(r"(?:https?://)?(?:[^/@\s]*@)?([^/:?#\s]+)", re.IGNORECASE)


def links(text: str) -> tuple[str, ...]:
    found = (_trimmed(match[0]) for match in _LINK.finditer(_ADDRESS.sub(" ", text)))
    return tuple(dict.fromkeys(link for link in found if host(link)))


def without_links(text: str) -> str:
    """The message without web and e-mail addresses."""
    return _LINK.sub(" ~ ", _ADDRESS.sub(" ~ ", text))


def host(link: str) -> str:
    found = _HOST.match(link)
    return found[1].lower().removeprefix("www.") if found and "." in found[1] else ""


def _trimmed(link: str) -> str:
    """Without the stop or bracket that belongs to the sentence."""
    while link:
        if link[-1] in ".,;:!?'’\"*_~>]}…" or (link[-1] == ")" and "(" not in link):
            link = link[:-1]
        else:
            break
    return link
