"""Who writes, and whom it is about, as far as the wording of an alarm tells.

A child who writes needs other words than a teacher who writes about a child, and nobody may be sent
to the person that they are worried about. Both are read from wording alone: it has to work when
nothing else does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.language.urgent.signs import plain
from bot.messages import About, Role, Writer

_CHILD = re.compile(
    r"\b(?:im|i am|i m) (?:only |just )?(?:in )?(?:yr|year|y|form) ?\d+"
    r"|\b(?:im|i am|i m) (?:only |just )?(?:[89]|1[0-7])\b"
    r"|\bmy (?:form )?(?:teachers?|tutor|head of year|mum|mam|mom|mummy|dad|daddy|step ?(?:dad|mum)"
    r"|mums \w+|dads \w+|nan|grandad|uncle|foster (?:mum|dad|carers?)|sisters?|brothers?|big bro"
    r"|parents|mates?|friends?|best ?(?:friend|mate)|bestie|bf|boyfriend|girlfriend|coach|cousin)\b"
    r"|\b(?:sir|miss)\b (?:is|keeps|said|says|makes|told|sent|messages|wants)"
    r"|\b(?:someone|girls?|boys?|lads?|kids?) (?:in|from) my (?:school|year|class|form)\b"
    r"|\bi (?:go to|hate) school\b|\b(?:tell|told) my (?:mum|dad|parents|teacher)"
)
_GROWN = re.compile(
    r"\bmy (?:son|daughter|child\w*|kids?|lad|lass|boy|girl|little \w+|eldest|youngest|step ?(?:son"
    r"|daughter)|grand(?:son|daughter|child\w*)|nephew|niece|class|form|tutor group|tutees?|pupils?"
    r"|students?|group|husband|wife|ex|partner|colleague|line manager|job|year ?\d+s?)\b"
    r"|\b(?:im|i am) (?:a|an|the|her|his|their) \w*|\bi (?:teach|work)\b|\bone of (?:my|our|the)\b"
    r"|\b(?:a|the|this|our) (?:\w+ )?(?:pupil|student|child|girl|boy|lad|kid|parent)s?\b"
    r"|\bstaff ?room\b|\bmarking\b|\bat work\b"
)
_HAPPENS_TO_ME = re.compile(
    r"\b(?:me|mysel\w*|im|ive|i)\b[\w ,]{0,50}\b(?:die|dead|kill|suicid\w*|hurt|cut\w*|scared"
    r"|afraid|unsafe|alone|alive|live|unaliv\w*|here any ?more|nudes?|pic\w*|photo\w*|overdos\w*)\b"
    r"|\b(?:hits?|hit|hurts?|hurting|beats?|touch\w*|threat\w*|follow\w*|stalk\w*|blackmail\w*|kill"
    r"|jump|batter|stab|raped?|forc\w*|mak\w+|pressur\w*|watch\w*|messag\w*|texts?|texting|ask\w*"
    r"|call\w*|groom\w*|sen[dt]s?|sending|told|tells|wants|says|waiting for|meet\w*) me\b"
    r"|\bmysel\w*\b|\bmy (?:nudes?|pics?|picture|photos?|arms?|wrists?|legs?)\b|\bkms\b"
)

_HEAD = (
    r"(?:head ?teacher|head ?master|head ?mistress|principal|exec\w* head"
    r"|(?:the|our|my) head(?! of))"
)
_LEAD = r"(?:dsl|safeguarding (?:lead|officer)|designated safeguarding \w+)"
_ANYONE = (
    r"(?:teachers?|ta|teaching assistant|tutor|coach|caretaker|colleague|member of staff|sta[fv]f"
    r"(?: member)?|lsa|cover supervisor|supply \w+|governor|lunchtime \w+|dinner \w+|mentor|sir"
    r"|miss)"
)
_TOLD = (
    r"\b(?:told|tell|telling|spoken?|speak(?:ing)?|report(?:ed|ing)?|asked|asking|inform(?:ed)?"
    r"|e?mail(?:ed)?|went|go|going|said|rang|ring|called|call|find|see|let|via|know|waiting)"
    r"(?: (?:it|this|that|about it|straight))?(?: to| with| for)? (?:the |our |my |your )?"
)
_HARMS = (
    r"[\w ]{0,40}\b(?:hit\w*|hurt\w*|grab\w*|touch\w*|kiss\w*|grop\w*|slap\w*|shak\w*|lock\w*"
    r"|messag\w*|text\w*|dm\w*|sen[dt]\w*|snap\w*|film\w*|photo\w*|relationship|affair|seeing"
    r"|sleep\w*|dating|flirt\w*|alone|secret\w*|racist|threat\w*|stalk\w*|follow\w*|watch\w*|nudes?"
    r"|asked? (?:her|him|me|them)|call(?:s|ed) (?:her|him|me|them)|grooming|inappropriate\w*)\b"
)
_TITLED = r"\b(?:mr|mrs|ms|miss|mx|dr|sir) [a-z]{2,}\b"
_BY = r"\b(?:by|from|with|about|against) (?:the |our |my )?"


def writer(text: str, role: Role) -> Writer:
    """Whoever writes, by what they call the others; the role where that tells nothing."""
    said = plain(text)
    child, grown = bool(_CHILD.search(said)), bool(_GROWN.search(said))
    mine = bool(_HAPPENS_TO_ME.search(said))
    if child and not grown:
        return "child"
    if mine and not grown:
        return "adult" if role == "staff" else "child"
    return role


def named(text: str) -> tuple[str, ...]:
    """Those whom a message calls by a title and a name, unless they were only told of it."""
    said = re.sub(rf"{_TOLD}{_TITLED}", " ", plain(text))
    return tuple(dict.fromkeys(re.findall(_TITLED, said)))


def about(text: str, works_here: bool, names: Mapping[About, tuple[str, ...]]) -> About | None:
    """Whom an alarm is about, if it is somebody who works at the school.

    `works_here` is whether the kind of alarm says so; `names` are the surnames of those who hold
    the roles, as the policy names them.
    """
    said = re.sub(rf"{_TOLD}(?:{_HEAD}|{_LEAD}|head\b)", " ", plain(text))
    for role, title in (("dsl", _LEAD), ("head", _HEAD)):
        called = "|".join([title, *map(re.escape, names.get(role, ()))])  # type: ignore[call-overload]
        if re.search(rf"\b(?:{called})\b{_HARMS}|{_BY}(?:{called})\b", said):
            return role  # type: ignore[return-value]
    by_anyone = rf"\b{_ANYONE}\b{_HARMS}|\bby (?:a |the |his |her |my ){_ANYONE}\b"
    return "staff" if works_here or re.search(by_anyone, said) else None
