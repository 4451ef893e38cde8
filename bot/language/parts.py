"""How one message hangs together: the questions in it, and whether it leans on the one before.

This looks at wording only, and only says what is worth a try: the classifier reads the pieces, and
what it can't make sense of is put together again.
"""

from __future__ import annotations

import re

from bot.language.words import PLATFORMS

MOST = 6
"""Pieces of one message that are read; a pasted thread may hold dozens."""
LEAST = 3
"""Words of a piece that can be read by itself."""
BACKGROUND = 40
"""Words said before a question that are read with it; of more, the last ones."""
SHORT = 10
"""A message of more words than this is read for itself."""
LONG = 120
"""Words of a message that is a pasted thread rather than something somebody typed."""

_ASKING = (
    r"(?:can|could|may|should|shall|do|does|did|is|are|am|was|were|will|would|have|has|must|what"
    r"|whats|who|whos|whom|whose|where|when|why|which|how|if)"
)
_END = re.compile(r"(?<=[?!])[\s)\"'”’]+|(?<=\.)\s+|\n+")
_JOINT = re.compile(
    r"[,:.?!–-]*\s+(?:(?:and |oh |but )?(?:also|plus|another thing|another question"
    r"|separate(?:ly| question)|different (?:thing|question)|secondly|while i'?m at it)\b[,:;]?\s+"
    rf"|(?:and|n|&|\+)\s+(?={_ASKING}\b)|(?=\(?[2-4][).]\s))|;\s+",
    re.IGNORECASE,
)
_LEANS = re.compile(
    r"^(?:(?:and|an|n|but|or|so|then|also|yes|no|right|ok(?:ay)?|thanks|hmm|oh)[,.\s]+)*"
    r"(?:what about|how about|what if|if|same|is (?:that|it|this)|does (?:that|it|this)"
    r"|would (?:that|it)|are they|can they|even|not even|only|just|for|on|with|in|my|their|her"
    r"|his|the|a|an|it|its|it's|that|this|they|he|she|him|them|still|always|ever)\b",
    re.IGNORECASE,
)
_JOINED = re.compile(r"^(?:ok(?:ay)?[,\s]+)?(?:and|an|n|but|or|so|also)\b", re.IGNORECASE)
_ABOUT = re.compile(
    r"^(?:and |or |but |ok |so )*(?:what about|how about|same (?:for|on|with|goes for)|and|or"
    r"|even(?: on)?|on|does that go for|is that)?\s*([\w\s/]{1,30}?)(?: too| as well| then)?\W*$",
    re.IGNORECASE,
)


def pieces(text: str) -> list[str]:
    """What may be several questions, each with what was said before it; none if there is one."""
    found: list[str] = []
    said = ""
    for sentence in filter(None, _END.split(text)):
        parts = [part for part in _JOINT.split(sentence) if part and part.strip()]
        for place, part in enumerate(parts):
            said = f"{said} {part.strip()}".strip()
            more = place + 1 < len(parts)
            if (more or part.rstrip(" )\"'”’").endswith("?")) and len(part.split()) >= LEAST:
                found.append(_last_words(said))
                said = ""
    if len(said.split()) >= LEAST:
        found.append(_last_words(said))
    return found[:MOST] if len(found) > 1 else []


def _last_words(text: str) -> str:
    return " ".join(text.split()[-BACKGROUND:])


def leans(text: str) -> bool:
    """Whether a message may only make sense after another, as "and former pupils?" does."""
    words = text.split()
    if len(words) > SHORT:
        return False
    return len(words) <= 3 or bool(_JOINED.match(text) or _LEANS.match(text))


def is_thread(text: str) -> bool:
    return len(text.split()) > LONG


def only_names_a_platform(text: str) -> bool:
    """Whether a follow-up brings nothing new but another place to be online."""
    named = _ABOUT.match(text.strip())
    words = re.findall(r"\w+", named[1].lower()) if named else []
    places = [word for word in words if word not in ("and", "or")]
    return bool(places) and all(word in PLATFORMS for word in places)
