"""The year group that a message names, when it is one, and a pupil's rather than a teacher's.

"Reception" is a class and a desk, "year" a group and twelve months: only what is clearly the group
counts, and two different groups count as none.
"""

from __future__ import annotations

import re

_NUMBERS = {
    **{"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7"},
    **{"eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13"},
}
_CHILDREN = (
    r"(?:child\w*|kids?|class\w*|pupils?|parents?|mums?|dads?|boys?|girls?|famil\w+|lads?|year)"
)
_GROUP = re.compile(
    r"(?<![\w£])(?:(?P<time>this|last|next|per|every|a new|each) )?(?:years?|yrs?|y"
    r"|yeargroup|year group)\.? ?-?"
    rf"(?P<number>1[0-3]|[1-9]"
    rf"|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})(?P<many>'?s)?(?!\d|\.\d|%|[a-z]{{2}})"
    r"(?P<more> ?(?:/|&|and|or|-|to) ?(?:y|yr|year)? ?(?:1[0-3]|[1-9])(?!\d))?"
    r"(?: (?P<next>\w+))?"
)
_CLASS = re.compile(
    r"\b(?:in|from|my|class|form|tutor group|a|the|of) (?P<number>1[0-3]"
    r"|[1-9])(?P<letter>[a-hj-z])\b(?!\.)"
)
_SIXTH = re.compile(r"\b(?P<which>lower|upper) (?:sixth|6th|six)\b|\b(?P<short>[lu])6\b")
_YOUNG = re.compile(
    rf"\b(?P<which>reception|nursery) {_CHILDREN}\b"
    r"|\b(?:child|son|daughter|boy|girl|kid|pupil|lad|one|little \w+|he|she|who|grandson"
    r"|granddaughter|niece|nephew|twins)"
    r"(?:'?s| is| are)?(?: \w+)? in (?P<which2>reception|nursery)\b(?! area| desk| office)"
    r"|\b(?:starts?|started|starting|joins?|joined|now) (?:in )?(?P<which7>reception|nursery)\b"
    r"|\b(?P<which3>reception|nursery)(?:'s)? (?:whatsapp|facebook|group|page)\b"
    r"|\b(?:my|with|whole|all) (?P<which4>reception|nursery)\b(?! desk| office| staff)"
    r"|\b(?:in|from|at|of|the|our|your) (?P<which8>nursery)\b"
    r"(?! (?:rhymes?|schools?|nurse|fees|places?|office|manager|in town))"
    r"|\((?P<which5>reception|nursery)\)|(?:^|[,;] )(?P<which6>reception|nursery)(?=[,;]|$)"
)
_STAFF = (
    r"(?:teacher|ta|tutor|lead|leader|lsa|assistant|manager|coordinator|staff|head|team"
    r"|colleague)s?"
)
_MINE = re.compile(
    r"\b(?:i teach|i'm|i am|im|head of|teaching|i take|i work in|i tutor|teaches)(?: a| the| in)? $"
)


def year_group(said: str) -> str | None:
    found: set[str] = set()
    for match in _GROUP.finditer(said):
        if match["more"]:
            return None
        follows = match["next"] or ""
        if match["time"] and not match["many"] and follows.endswith("s"):
            continue  # "this year 3 parents have …"
        if (
            follows in ("ago", "old", "olds", "later", "or", "after", "months", "years")
            and not match["many"]
        ) and follows != "or":
            continue
        if re.fullmatch(_STAFF, follows) or _MINE.search(said[: match.start()]):
            continue
        found.add(_NUMBERS.get(match["number"], match["number"]))
    for match in _CLASS.finditer(said):
        found.add(match["number"])
    for match in _SIXTH.finditer(said):
        found.add("12" if (match["which"] or match["short"]).startswith("l") else "13")
    for match in _YOUNG.finditer(said):
        found.add(next(filter(None, match.groups())))
    return found.pop() if len(found) == 1 else None
