"""How old a reader must be to follow the answers, by the Flesch-Kincaid formula.

The formula gives an American school grade; a child is about five years older than the grade's
number. `textstat` is a tool for whoever writes packs, so it is asked for here and nowhere else.
"""

from __future__ import annotations

import importlib
import re
import warnings
from collections.abc import Iterable

from bot.errors import PackError

OLDEST_READER = 12.0
YEARS_BEFORE_GRADE_ONE = 5


def reading_age(texts: Iterable[str]) -> float:
    """The reading age of all texts together."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it asks setuptools for its own version
            textstat = importlib.import_module("textstat")
    except ImportError as error:
        raise PackError(
            "The reading age needs the package textstat; run `make check`, which installs it."
        ) from error
    joined = " ".join(_sentence(text) for text in texts)
    return float(textstat.flesch_kincaid_grade(joined)) + YEARS_BEFORE_GRADE_ONE


def sentences(text: str) -> int:
    """How many sentences a short text has."""
    return len([part for part in re.split(r"[.!?]+[\"')]*(?:\s+|$)", text.strip()) if part])


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."
