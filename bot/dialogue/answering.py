"""Makes an answer of what somebody wrote: for each kind of question, and for more than was asked.

What can't be read as a day or a platform is still what they said, and a person will read it. So
only a closed question can fail for good; a day that isn't understood is asked for once more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.dialogue.flows import FlowRules
from bot.dialogue.form import Form
from bot.dialogue.questions import Question
from bot.language.details.asking import is_question, plain
from bot.language.details.platforms import platform_name
from bot.language.details.reading import Details, read
from bot.language.details.when import When, read_date
from bot.language.details.who import other_person

LONGEST_LINE = 1_000
LONGEST_STORY = 12_000
STORY_WORDS = 12
"""Words of an opening that is the beginning of the story already."""

_REQUEST = re.compile(r"\bfriend(?:'?s)? requests?\b", re.IGNORECASE)
"""Not a word of friendship."""
_DENIES = re.compile(r"\b(?:not|never|neither|wasn't|isn't|aren't|don't|dont|no longer)\b")
_OF_TIME = re.compile(
    r"\b(?:ago|whiles?|times?|days?|weeks?|months?|years?|mornings?|nights?|evenings?|afternoons?"
    r"|lunch\w*|break\w*|terms?|half|since|before|after|during|always|often|never|know|sure|unsure"
    r"|remember|recall|idea|clue|recent\w*|last|earlier|late\w*|early|lessons?|weekend|christmas|easter"
    r"|summer|winter|spring|autumn|holidays?|ongoing|const\w*|every|daily|dunno|when|now|just|once"
    r"|twice|soon|period|hours?|minutes?|o'clock|first|start\w*|beg[au]n\w*|still"
    r"|\w*\d\w*)\b"
)
_HIGH_POST = re.compile(r"\b(?:head\w*|principal|safeguarding|dsl|governors?)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Opening:
    """What a first message told: answers by slot, and the beginning of the story."""

    answers: dict[str, str]
    story: tuple[str, ...]
    links: tuple[str, ...]
    """Addresses that belong to the evidence, where the form asks for any."""


def opening(form: Form, text: str, now: datetime, rules: FlowRules) -> Opening:
    details = read(text, now)
    answers = dict(_told(form, details, now))
    answers |= _who(form, text, rules)
    for slot in rules.told:
        if (chosen := form.questions[slot].read(_REQUEST.sub(" ", text))) is not None:
            answers[slot] = chosen
    for slot, question in form.questions.items():
        if question.kind == "year" and details.year:
            answers[slot] = _year(details.year)
    asks = is_question(text) or wants_to_begin(text)
    story = (text.strip(),) if len(text.split()) >= STORY_WORDS and not asks else ()
    evidence = any(question.kind == "evidence" for question in form.questions.values())
    return Opening(answers, story, details.links if evidence else ())


def _told(form: Form, details: Details, now: datetime) -> Iterator[tuple[str, str]]:
    for slot, question in form.questions.items():
        if question.kind == "platform" and details.platforms:
            yield slot, _platforms(details)
        elif question.kind == "when" and details.when is not None and details.when.day_told:
            yield slot, details.when.words(now)
        elif question.kind == "link" and details.links:
            yield slot, ", ".join(details.links)


def _who(form: Form, text: str, rules: FlowRules) -> dict[str, str]:
    """The other person's role as this form's question has it, if the form asks and it was told.

    A story isn't read for that: who did it decides who may not receive it, so it is asked.
    """
    question = form.questions.get(rules.who or "")
    if question is None or (told := other_person(text)) is None:
        return {}
    who = rules.who_as.get(told, told)
    # Which post somebody holds decides who may receive it, so it is asked if it may be a high one.
    high = who == "staff" and _HIGH_POST.search(text)
    return {question.slot: who} if who in question.titles and not high else {}


def _year(year: str) -> str:
    return f"Year {year}" if year.isdigit() else year.capitalize()


def also(form: Form, answered: str, text: str, now: datetime) -> dict[str, str]:
    """What an answer to one question tells of others: the platform, when, and an address."""
    return {slot: said for slot, said in _told(form, read(text, now), now) if slot != answered}


def longest(question: Question) -> int:
    """Characters of one answer."""
    return LONGEST_STORY if question.kind == "story" else LONGEST_LINE


def take(question: Question, text: str, now: datetime, *, last_try: bool) -> str | None:
    """The answer that a text gives to a question; nothing when it should be asked again."""
    text = text.strip()
    return READERS[question.kind](question, text, now, last_try)


def _as_it_stands(question: Question, text: str, now: datetime, last_try: bool) -> str | None:
    return text[: longest(question)] or None


def _choice(question: Question, text: str, now: datetime, last_try: bool) -> str | None:
    return question.read(text)


def _when(question: Question, text: str, now: datetime, last_try: bool) -> str | None:
    found = read(text, now).when
    if found is None and (day := read_date(text, now)) is not None:
        # A bare "27/2" is a day only where a day was asked for.
        found = When(date=day)
    if found is not None:
        words = found.words(now)
        return words if plain(words) == plain(text) else f"{words} (“{text[:120]}”)"
    # "I don't know" and "a while ago" are answers too; what speaks of no time is asked again, once.
    speaks = len(text.split()) > 1 and _OF_TIME.search(plain(text))
    return text[:LONGEST_LINE] if last_try or speaks else None


def _platform(question: Question, text: str, now: datetime, last_try: bool) -> str | None:
    # "Not Facebook" names one, and says that it wasn't there.
    details, short = read(text, now), len(text.split()) <= 4 and not _DENIES.search(plain(text))
    if details.platforms and short:
        return _platforms(details)
    if short and (chosen := question.read(text)):
        return chosen
    return text[:LONGEST_LINE] or None


READERS: dict[str, Callable[[Question, str, datetime, bool], str | None]] = {
    "choice": _choice,
    "when": _when,
    "date": _when,
    "platform": _platform,
    "words": _as_it_stands,
    "link": _as_it_stands,
    "year": _as_it_stands,
    "people": _as_it_stands,
    "contact": _as_it_stands,
    "story": _as_it_stands,
    "evidence": _as_it_stands,
}


def is_day(text: str, now: datetime) -> bool:
    """Whether a short text says when, and asks nothing."""
    told = read(text, now).when is not None or read_date(text, now) is not None
    return told and not is_question(text)


_BEGINNING = re.compile(
    r"(?:(?:i|id|i'd|please|pls|yes|can|could|may|how|do|want|need|would|like|have|got|let|me|to|ok)"
    r" )*(?:report|declare|raise|apply|log|tell)(?: (?:it|this|that|him|her|them|for it|please|now"
    r"|this please|it please|it now|someone|somebody|the school))*"
)


_ANYTHING = re.compile(
    r"(?:(?:hi|hello|hey|please|pls|i|id|i'd|i'm|can|could|want|wanna|need|would|like|have|got|to"
    r"|just|here) )*"
    r"(?:report(?:ing)?"
    r"|(?:make|start|begin|file|do|log|open) (?:a|an|new|another) (?:new )?(?:report|incident))"
    r"(?: (?:something|sumthing|smth|a thing|an incident|incident|an issue|a problem"
    r"|something online|something that happened|here|please|now|to you|pls))*"
)
"""Asks for a report without a word of what it is about."""


def reports_anything(text: str) -> bool:
    return bool(_ANYTHING.fullmatch(plain(text)))


def only_begins(text: str) -> bool:
    """Whether a text asks to report what was told before, and tells nothing itself."""
    return bool(_BEGINNING.fullmatch(plain(text)))


def wants_to_begin(text: str) -> bool:
    """Whether a text asks to begin another form, and isn't itself what happened."""
    return len(text.split()) <= 12 and bool(
        re.search(
            r"\b(?:i want|i need|i'd like|can i|start|begin|apply|declare|fill in)\b", plain(text)
        )
    )


def _platforms(details: Details) -> str:
    return " and ".join(platform_name(slug) for slug in details.platforms)
