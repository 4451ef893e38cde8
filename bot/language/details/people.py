"""Who the other person is: not the writer, not who was told, not whose picture it is.

Everybody named is weighed by the words around them. Someone who did something, or from whom
something came, counts; a child of the writer's own is whom it happened to, and "my friend's dad
told me" is only how it became known. If two of different kinds could be meant, nobody is.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from bot.language.details.text import kept

NEAR = 70
_DID = (
    r"(?:sen[dt]s?|sending|messag\w*|msg\w*|mesag\w*|messg\w*|dm'?e?d?s?|dming|dm'?ing|dmd"
    r"|text\w*|txt\w*|rang|ring\w*|phon\w+|call(?:ed|s|ing)|e-?mail\w*|add(?:ed|s|ing)"
    r"|friend\w*|follow\w*|request\w*|post\w*|put(?:s|ting)?|shar\w+|comment\w*|lik(?:ed|es"
    r"|ing)|tagg\w+|contact\w*|writ\w+|wrote|snap\w*|whatsapp\w*|tweet\w*|slid|reach\w+"
    r"|made|mak\w+|set up|sett?ing up|start\w*|creat\w+|film\w*|record\w*|upload\w*|repl\w+"
    r"|slagg\w*|abus\w+|threat\w*|bull\w+|harass\w*|pick\w+|call\w* (?:me|him|her)"
    r"|ask\w*|invit\w*|keeps?|kept|been|tried|trying|try|found|has|have|had|is|are|was|were"
    r"|got|gets?|said|says|say\w*|spread\w*|pretend\w*|hack\w*|us(?:ed|ing)|screenshot\w*"
    r"|took|tak\w+|accus\w+|nam\w+|left|shout\w*|swear\w*|swore|rant\w*|moan\w*|complain\w*"
    r"|react\w*|connect\w*|search\w*|look\w*|chat\w*|talk\w*|wished|want\w*)"
)
_LED = re.compile(
    rf"^(?:'s?)?(?: (?:in|from|of|on|at|with|i|he|she|they|we|who|that|whose|which|my|our"
    rf"|her|his|their|the|a|an|one|class|school|year|yr|form|group|teach|taught|know|knows"
    rf"|don't|dont|never|met|pupils?|students?|children|child|kids?|son|daughter|year\d+"
    rf"|y\d+|yr\d+|\d+|\w{{1,3}}|just|also|recently|keep|have|tutor|team|football|called"
    rf"|named|really|actually|sneakily|repeatedly|randomly|again|now|then|apparently"
    rf"|yesterday|last|night|this|morning|today|~+|\(|\))){{0,8}},? {_DID}\b"
)
_FROM = re.compile(
    r"\b(?:from|by|off|with|to be|it's|its|it is|was|via|were|messages?|request|account of"
    r"|between me and|another|some|two|three|four|five|six|group of|bunch of|number of"
    r"|couple of|gang of)"
    r"(?: (?:a|an|one|of|my|our|the|her|his|their|some|two|three|few|couple|group|bunch"
    r"|another|other|year|yr|y|\d+|~+|y\d+|certain|same|pupil's|child's|angry|an?|old|older"
    r"|younger|current|former|\w+ing|ed))*[ -]$"
)
_I_TO = re.compile(
    r"\b(?:i|i've|ive|i'm|im|we|me)(?: \w+){0,6} (?:to|with|added|accepted|messaged|texted"
    r"|friends with|following|follow|dm'd|snapped)(?: (?:a|an|one|of|my|our|the|some|another"
    r"|year|yr|\d+|by|from))* $"
)
_AFFECTED = re.compile(
    r"\b(?:to|about|of|at|against|for|telling|told|tell|asking|asked|saying|naming|calling"
    r"|photos?|pictures?|video|pics?|bullying|bullied|threatening|harassing|targeting"
    r"|mocking|filmed|contacted|messaged|messaging|added|sent|upset)"
    r"(?: (?:a|an|one|of|my|our|the|her|his|their|some|two|three|another|other|year|yr|y|\d+"
    r"|both|these|those|all|y\d+))* $"
)
_REPORTING = re.compile(
    r"^(?:'s?)?(?: (?:in|from|of|my|our|her|his|the|a|an|class|year|yr|form|\w*\d+|at|on"
    r"|just|also|has|have|had|who|came|come|rang|phoned|emailed|reported|yesterday|today"
    r"|this|morning|last|night|group|tutor|pupils?|pupil's|students?|me|~+)){0,6} "
    r"(?:told|tells|telling|showed|shown|shows|informed|reported|mentioned|let (?:me|us)"
    r"|alerted|disclosed|warned|(?:came|come) to (?:me|us|see|tell|report)|to (?:tell|say"
    r"|show|report)|(?:has )?(?:made me aware|forwarded)|(?:says|said) (?:that|she|he"
    r"|someone|somebody|there)|is (?:worried|upset|scared|in tears|devastated|being|getting)"
    r"|are being|was (?:told|shown|sent)|has been (?:sent|getting|bullied|added|contacted"
    r"|receiving|told|messaged|targeted|called)|(?:have|has) (?:had|received|seen)|(?:has"
    r"|have|had|is|was|gets?|got)? ?(?:been|being|getting|receiving|receives|received"
    r"|had) (?:sent|bullied|added|contacted|messaged|tagged|followed|mocked|filmed"
    r"|threatened|abused|harassed|accused|impersonated|targeted|called|told|an? (?:message"
    r"|request|text|friend|dm|nasty|horrible)|messages|texts|abuse|nasty|horrible|friend"
    r"|these|screen|some)|(?:was|is|got) (?:sent|bullied|added|contacted|messaged|tagged"
    r"|followed|mocked|filmed|threatened|abused|harassed|accused|impersonated|targeted"
    r"|called)|got (?:a|an|messages|nasty|abuse|horrible|these|some))"
)
_SELF = re.compile(
    r"\b(?:i'm|im|i am|as|being|speaking as|i was|i work as|we are|we're)(?: (?:a|an|the"
    r"|also|both|one|of|new|worried|concerned|angry|her|his|their|just|upset|supply|very"
    r"|year|yr|y?\d+|\w+'s))* $"
)
_SELF_AFTER = re.compile(r"^ (?:here|speaking|writing)\b")
_OWN = re.compile(
    r"\b(?:my|our)(?: (?:own|eldest|youngest|older|younger|little|step|foster|other|lovely"
    r"|poor|year|yr|y?\d+|\d+ year old|teenage|middle))* $"
)
_OWN_CHILD = re.compile(
    r"^(?:lad|lass|boy|girl|kid|child|children|teen|teenager|youngster)(?:s|ren)?$"
)
_THING = re.compile(
    r"^(?:s|'s|s')? ?(?:evening|'?s evening|'?s' evening|group|council|whatsapp|facebook"
    r"|page|chat|handbook|account|email|mail|consultation|forum|pay|portal|association"
    r"|governor|planner|room|phone|ipad|laptop|class|work|book|picture|photo|pictures|photos"
    r"|name|data|details|instagram|insta|tiktok|story|post)s?\b"
)

_ONE_OF = re.compile(
    r"\b(?:one|some|two|three|few|couple|lots|group|bunch|both|many) of (?:(?:my|our|the|her"
    r"|his) )*$"
)

_WROTE = re.compile(r"^(?:'s|s'?) (?:tweet|post|comment|message|review|text|dm|e-?mail|snap)s?\b")


class Mention(NamedTuple):
    start: int
    end: int
    kind: str
    name: str


def other_person(said: str) -> str | None:
    scored = [(score, one) for one in _mentions(said) if (score := _score(one, said)) > 0]
    if not scored:
        return None
    known = [pair for pair in scored if pair[1].kind != "someone"]
    if not known or (known and max(score for score, _ in known) < 2 <= max(s for s, _ in scored)):
        return "unknown" if max(score for score, _ in scored) >= 2 else None
    best = max(score for score, _ in known)
    kinds = list(dict.fromkeys(one.kind for score, one in known if score == best))
    return kinds[0] if len(kinds) == 1 or best >= 3 else None


def _score(one: Mention, said: str) -> int:
    before, after = said[: one.start][-NEAR:], said[one.end :][:NEAR]
    before = _ONE_OF.sub("", before)
    if one.kind == "unknown":
        return 2
    if _SELF.search(before) or _SELF_AFTER.search(after):
        return 0
    if _OWN.search(before) and (_OWN_CHILD.match(one.name) or one.kind == "parent"):
        return 0
    if _WROTE.match(after):
        return 2
    if (
        re.match(r"(?:'?s|s')\b ", after)
        and one.kind == "pupil"
        and not re.match(r"'s (?:been|just|got|sent|tried|mess)", after)
    ):
        return 0
    if _THING.match(after):
        return 0
    did, came = bool(_LED.match(after)), bool(_FROM.search(before))
    if _REPORTING.match(after) and not came:
        return 0
    if _I_TO.search(before):
        return 2
    if came:
        return 3
    if _AFFECTED.search(before):
        return 0
    return 3 if did else 1


def _mentions(said: str) -> list[Mention]:
    return [
        Mention(match.start(), match.end(), str(match.lastgroup).replace("_", "-"), match[0])
        for match in _form().finditer(said)
    ]


@cache
def _form() -> re.Pattern[str]:
    kinds = kept("people")["kinds"]
    return re.compile(
        r"(?<![\w'-])(?:"
        + "|".join(
            f"(?P<{kind.replace('-', '_')}>{'|'.join(f'(?:{form})' for form in forms)})"
            for kind, forms in kinds.items()
        )
        + r")(?![\w-])"
    )
