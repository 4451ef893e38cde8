"""Makes an answer of what somebody wrote: for each kind of question, and for more than was asked.

What can't be read as a day or a platform is still what they said, and a person will read it. So
only a closed question can fail for good; a day that isn't understood is asked for once more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.dialogue.form import Form
from bot.dialogue.questions import Question
from bot.language.details.platforms import platform_name
from bot.language.details.reading import Details, read
from bot.language.details.when import When, read_date

LONGEST_LINE = 1_000
LONGEST_STORY = 12_000
STORY_WORDS = 12
"""Words of an opening that is the beginning of the story already."""

_ASKING = re.compile(
    r"^(?:and |but |so |ok |hi |also |wait )*(?:can|could|may|should|shall|do|does|did|is|are|am"
    r"|will|would|what|whats|who|whom|where|when|why|which|how)\b"
)
LONGEST_QUESTION = 30


@dataclass(frozen=True)
class Opening:
    """What a first message told: answers by slot, and the beginning of the story."""

    answers: dict[str, str]
    story: tuple[str, ...]


def opening(form: Form, text: str, now: datetime, who_slot: str | None) -> Opening:
    details = read(text, now)
    answers = dict(_told(form, details, now))
    question = form.questions.get(who_slot or "")
    if question and details.who in question.titles:
        answers[question.slot] = str(details.who)
    story = (text.strip(),) if len(text.split()) >= STORY_WORDS else ()
    return Opening(answers, story)


def _told(form: Form, details: Details, now: datetime) -> Iterator[tuple[str, str]]:
    for slot, question in form.questions.items():
        if question.kind == "platform" and details.platforms:
            yield slot, _platforms(details)
        elif question.kind == "when" and details.when is not None:
            yield slot, details.when.words(now)


def also(form: Form, answered: str, text: str, now: datetime) -> dict[str, str]:
    """What an answer to one question tells of others: the platform, and when."""
    return {slot: said for slot, said in _told(form, read(text, now), now) if slot != answered}


def take(question: Question, text: str, now: datetime, *, last_try: bool) -> str | None:
    """The answer that a text gives to a question; nothing when it should be asked again."""
    text = text.strip()
    return READERS[question.kind](question, text, now, last_try)


def _as_it_stands(question: Question, text: str, now: datetime, last_try: bool) -> str | None:
    return text[:LONGEST_LINE] or None


def _choice(question: Question, text: str, now: datetime, last_try: bool) -> str | None:
    return question.read(text)


def _when(question: Question, text: str, now: datetime, last_try: bool) -> str | None:
    found = read(text, now).when
    if found is None and (day := read_date(text, now)) is not None:
        # A bare "27/2" is a day only where a day was asked for.
        found = When(date=day)
    if found is not None:
        words = found.words(now)
        return words if _plain(words) == _plain(text) else f"{words} (“{text[:120]}”)"
    # "I don't know" and "a while ago" are answers too; only what says nothing is asked again.
    return text[:LONGEST_LINE] if last_try or len(text.split()) > 1 else None


def _platform(question: Question, text: str, now: datetime, last_try: bool) -> str | None:
    details = read(text, now)
    if details.platforms and len(text.split()) <= 4:
        return _platforms(details)
    return text[:LONGEST_LINE] or None


READERS: dict[str, Callable[[Question, str, datetime, bool], str | None]] = {
    "choice": _choice,
    "when": _when,
    "date": _when,
    "platform": _platform,
    "words": _as_it_stands,
    "people": _as_it_stands,
    "contact": _as_it_stands,
    "story": _as_it_stands,
    "evidence": _as_it_stands,
}


def is_question(text: str) -> bool:
    """Whether a text is worded as a question; in a story only one that stands alone counts."""
    words = text.split()
    if not words or len(words) > LONGEST_QUESTION:
        return False
    asks = bool(_ASKING.match(_plain(text)))
    return asks and (text.rstrip().endswith("?") or len(words) <= 14)


def is_day(text: str, now: datetime) -> bool:
    """Whether a short text says when, and asks nothing."""
    told = read(text, now).when is not None or read_date(text, now) is not None
    return told and not is_question(text)


def wants_to_begin(text: str) -> bool:
    """Whether a text asks to begin another form, and isn't itself what happened."""
    return len(text.split()) <= 12 and bool(
        re.search(
            r"\b(?:i want|i need|i'd like|can i|start|begin|apply|declare|fill in)\b", _plain(text)
        )
    )


def _platforms(details: Details) -> str:
    return " and ".join(platform_name(slug) for slug in details.platforms)


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w' ]+", " ", text.casefold().replace("’", "'")).split())
