"""Whether a message asks something, by its wording: what is told and what is asked part ways."""

from __future__ import annotations

import re

_ASKING = re.compile(
    r"^(?:and |but |so |ok |hi |also |wait )*(?:can|could|may|must|should|shall|do|does|did|is|are"
    r"|am|will|would|what|whats|who|whom|where|when|why|which|how)\b"
)
LONGEST_QUESTION = 30
_WONDERING = re.compile(
    r"\b(?:(?:can|could|may|should|shall|must|do|am|are) (?:i|we)|wonder\w*|(?:want|like) to know"
    r"|(?:not|n't) sure (?:if|whether)|allowed|permitted|permission|what if|how (?:do|can|should)"
    r"|what (?:do|should|about|does)|is it (?:ok\w*|all right|alright)|policy|rules?)\b"
)


def is_question(text: str) -> bool:
    """Whether a text is worded as a question; in a story only one that stands alone counts."""
    words = text.split()
    if not words or len(words) > LONGEST_QUESTION:
        return False
    asks = bool(_ASKING.match(plain(text)))
    return asks and (text.rstrip().endswith("?") or len(words) <= 14)


def wonders(text: str) -> bool:
    """Whether a text that isn't worded as a question may ask something all the same."""
    return text.rstrip().endswith("?") or bool(_WONDERING.search(plain(text)))


def plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w' ]+", " ", text.casefold().replace("’", "'")).split())
