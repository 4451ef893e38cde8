"""Who the other person is: not the writer, not who was told, not whose picture it is.

Everybody named is weighed by the words around them. Someone who did something, or from whom
something came, counts; a child of the writer's own is whom it happened to, and "my friend's dad
told me" is only how it became known. If two of different kinds could be meant, nobody is.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from bot.language.details.text import kept, slips

NEAR = 70
MOST = 60
"""People who are weighed: nobody names more of them, and a reading has to be quick."""
TITLED = "titled"
"""In a school, whoever is called by a title and did something works there."""
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
    r"|react\w*|connect\w*|search\w*|look\w*|chat\w*|talk\w*|wished|argu\w+|join\w*"
    r"|accept\w*|forward\w*|invent\w*|show\w*|keep|want\w*|hug\w*|touch\w*|kiss\w*|flirt\w*"
    r"|stalk\w*|watch\w*|gave|giv\w+|bought|buys|goes|went|does|told|tells|mock\w*|laugh\w*"
    r"|insult\w*"
    r"|who's|whos|came|comes|turned|makes|met|meets|plays|drove|drives)"
)
_LED = re.compile(
    rf"^(?:'s?)?(?:,? (?:he|she|they)(?:'s|s|'re|'ve)?\b| (?:in|from|of|on|at|with|i|he|she"
    rf"|they|we|who|that|whose|which|my|our"
    rf"|her|his|their|the|a|an|one|class|school|year|yr|form|group|teach|taught|know|knows"
    rf"|don't|dont|never|met|pupils?|students?|children|child|kids?|son|daughter|year\d+"
    rf"|y\d+|yr\d+|\d+|\w{{1,3}}|just|also|recently|keep|have|tutor|team|football|called"
    rf"|from (?:the |our |my |a )?\w+ \w+|(?:i|we) (?:\w+ ){{1,4}}with|reception|named|nursery"
    rf"|sixth|here|there|really"
    rf"|actually|sneakily|repeatedly|randomly|again|now|then|apparently"
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
    r"|friends with|following|follow|dm'd|snapped|texting|messaging|adding)(?: (?:a|an|one|of"
    r"|my|our|the|some|another"
    r"|year|yr|\d+|by|from))* $"
)
_AFFECTED = re.compile(
    r"\b(?:to|about|of|at|against|for|telling|told|tell|asking|asked|saying|naming|calling"
    r"|photos?|pictures?|video|pics?|bullying|bullied|threatening|harassing|targeting|with"
    r"|messages?|texts?|claim\w*|alleg\w*|rumou?rs?|(?:posting|posted|commenting|writing) that"
    r"|mocking|filmed|contacted|messaged|emailed|texted|messaging|added|sent|upset|hugs?"
    r"|hugging|names|mocks"
    r"|insults"
    r"|touche?s|touching|follows|following|adds|adding|texting|filming|photographing|shows"
    r"|showing)"
    r"(?: (?:a|an|one|of|my|our|the|her|his|their|some|two|three|another|other|year|yr|y|\d+"
    r"|both|nursery|reception|these|those|all|y\d+|several|many|loads|lots|half|sixth|form|young"
    r"|underage|every|each))* $"
)
_REPORTING = re.compile(
    r"^(?:'s?)?(?: (?:in|from|of|my|our|her|his|the|a|an|class|year|yr|form|\w*\d+|at|on|just"
    r"|also|has|have|had|who|came|come|rang|phoned|emailed|reported|yesterday|today|this"
    r"|morning|last|night|group|tutor|pupils?|pupil's|students?|me|~+)){0,6} (?:(?:told|tells"
    r"|telling)"
    r"(?! (?:the|my|our|her|his|all|some) (?:\w+ )?(?:kids|pupils|children|class|girls|boys"
    r"|students))|showed|shown|shows|informed|reported|mentioned|let (?:me|us)|alerted|disclosed"
    r"|warned|(?:came|come) to (?:me|us|see|tell|report)|to (?:tell|say|show|report)"
    r"|(?:has )?(?:made me aware|forwarded (?:me|us|it to (?:me|us)))|(?:says|said) (?:that"
    r"|she|he|someone|somebody|there|an?|the|some)|is (?:worried|upset|scared|in tears"
    r"|devastated|getting)|(?:is|are) being (?=\w+ed\b|sent|told|made|left|shown)|was (?:told"
    r"|shown|sent)|has been (?:sent|getting|bullied|added|contacted|receiving|told|messaged"
    r"|targeted|called)|(?:have|has) (?:had|received|seen)|(?:has|have|had|is|was|gets?"
    r"|got)? ?(?:been|being|getting|receiving|receives|received|had) (?:sent|bullied|added"
    r"|contacted|messaged|tagged|followed|mocked|filmed|threatened|abused|harassed|accused"
    r"|impersonated|targeted|called|told|an? (?:message|request|text|friend|dm|nasty|horrible)"
    r"|messages|texts|abuse|nasty|horrible|friend|these|screen|some)|(?:was|is|got) (?:sent"
    r"|bullied|added|contacted|messaged|tagged|followed|mocked|filmed|threatened|abused"
    r"|harassed|accused|impersonated|targeted|called)|got (?:a|an|messages|nasty|abuse"
    r"|horrible|these|some))"
)
_SELF = re.compile(
    r"\b(?:i'm|im|i am|as|being|speaking as|i was|i work as|we are|we're)(?: (?:a|an|the"
    r"|also|both|one|of|new|worried|concerned|angry|her|his|their|just|upset|supply|very"
    r"|year|yr|y?\d+|\w+'s))* $"
)
_INTRODUCED = re.compile(
    r"\b(?:it's|its|it is|this is|name is|name's|i am|i'm|im|from|hi"
    r"|hello) $"
)
_SELF_AFTER = re.compile(rf"^ (?:here|speaking|writing)\b(?! {_DID}\b)")
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
    r"\b(?:one|some|two|three|few|couple|lots|loads|most|all|half|several|group|bunch|both|many"
    r"|\d+) of (?:(?:my|our|the|her"
    r"|his) )*$"
)

_MADE = re.compile(r"\b(?:made|mak\w+|set up|setting up|created?|creating)(?: \w+){0,2} $")
_IN_A_NAME = re.compile(
    r"^ (?:of|in|with|using|called) (?:the name of |the )?(?:me|my|us|our|him|her|his|their|mr|mrs"
    r"|miss|ms|a|one)\b"
)
_GROUP_DOES = re.compile(
    r"^'?s?'? (?:(?:whatsapp|facebook|class|chat|messenger|group) ){1,3}(?:is|are|has|have|keeps?"
    r"|was|were)(?: been)? (?:slag|tear|rip|mock|laugh|bully|attack|call|say|post|shar|hav\w+ a go"
    r"|spread|nam|abus|moan|complain|going (?:on|mad)|full of)\w*"
)
_ASIDE = re.compile(
    r" ?\([^()]{1,40}\)"
    r"|, (?:who|whose|which) (?:kids?|children|child|sons?|daughters?|is|are|was|lives?"
    r"|has)\b[^,.]{1,40},"
)
"""What is in brackets, or "whose kids go here", stands between somebody and what they did."""
_CONTACT = re.compile(
    r" (?:has |have |keeps? |just |also |is |been )*(?:pretend\w*|impersonat\w*|posing|posed"
    r"|rang|ring\w*|phon\w+|messag\w*"
    r"|e-?mail\w*|text\w*"
    r"|call(?:ed|s|ing)? (?:me|us|my|him|her|them|our|on|at)"
    r"|add\w*|contact\w*|told|ask\w*|(?:sent|sending) (?:me|her|him|us|my|them)"
    r"|wrote to|dm\w*|follow\w*)\b"
)
_ON_THEIRS = re.compile(r"\bon (?:(?:a|an|one|of|the|another|some|her|his|their|other) )*$")
_POSSESSIVE = re.compile(r"^(?:'s|s'?)? (?:facebook|insta\w*|tiktok|page|profile|story|account)\b")
_SHOWED = re.compile(r"^(?: \w+){0,4}? (?:showed|shown|shows) me an?\b")
_WROTE = re.compile(r"^(?:'s|s'?) (?:tweet|post|comment|message|review|text|dm|e-?mail|snap)s?\b")


_RELATED = re.compile(
    r"\b(?:god ?(?:mother|father|parent|mum|dad)|aunt(?:ie|y)?|uncle|cousin|sister|brother"
    r"|related|nan"
    r"|gran(?:dma)?|grandad|childminder|married|engaged) (?:to|of|for)(?: (?:a|an|one|two|my"
    r"|our|the))* $"
)
_PLANS = re.compile(
    r"\b(?:like|want|wish|hope|hoping|plan\w*|permission|okay?|allowed|can|could|may|start)"
    r"(?: (?:i|we))?(?: to)? (?:us(?:e|ing)|set up|start|film|post|put|create|take|photograph"
    r"|share|run)\b"
)
"""Somebody who asks for leave to do something tells of nobody who did it."""
_THEIRS = re.compile(
    r"^(?:'s|s')\b (?!(?:been|just|got|sent|tried|mess|\w+ing\b|\w+ed\b|put|a\b|an\b|the\b"
    r"|not\b|always|now\b|made|also))"
)
"""What belongs to somebody, as "our head's face", isn't something that they did."""


class Mention(NamedTuple):
    start: int
    end: int
    kind: str
    name: str


def other_person(said: str) -> str | None:
    said = respelt(_ASIDE.sub("", said))
    named = _mentions(said)[:MOST]
    scored = [(score, one) for one in named if (score := _score(one, said)) > 0]
    if not scored:
        return None
    scored = [
        (score, one._replace(kind="colleague") if one.kind == TITLED else one)
        for score, one in scored
    ]
    known = [pair for pair in scored if pair[1].kind != "someone"]
    if not known:
        # Whoever posts is only not named; whoever gets in touch is not known.
        contact = (one for _, one in scored if _CONTACT.match(said, one.end))
        return "unknown" if any(contact) else None
    best = max(score for score, _ in known)
    if best < 3 and _PLANS.search(said):
        return None
    kinds = list(dict.fromkeys(one.kind for score, one in known if score == best))
    return kinds[0] if len(kinds) == 1 or best >= 3 else None


def _score(one: Mention, said: str) -> int:
    before, after = said[: one.start][-NEAR:], said[one.end :][:NEAR]
    before = _ONE_OF.sub("", before)
    if one.kind == TITLED:
        told_of = _INTRODUCED.search(before) or _FROM.search(before) or _AFFECTED.search(before)
        return 3 if not told_of and _LED.match(after) and not _REPORTING.match(after) else 0
    if one.kind == "unknown":
        return 0 if _MADE.search(before) or _IN_A_NAME.match(after) else 2
    if _SELF.search(before) or (_SELF_AFTER.search(after) and not before.endswith("is a ")):
        return 0
    if _OWN.search(before) and (
        _OWN_CHILD.match(one.name) or (one.kind == "parent" and " " not in one.name)
    ):
        return 0
    if _ON_THEIRS.search(before) and _POSSESSIVE.match(after):
        return 3
    if _WROTE.match(after):
        return 2
    if _RELATED.search(before):
        return 2
    if one.kind != "parent" and _THEIRS.match(after):
        return 0
    if one.kind == "parent" and _GROUP_DOES.match(after):
        return 2
    if _THING.match(after) and not one.name.startswith("some"):
        return 0
    did, came = bool(_LED.match(after)), bool(_FROM.search(before))
    if one.kind != "someone" and not came and _REPORTING.match(after):
        return 1 if one.kind == "pupil" and _SHOWED.match(after) else 0
    if _I_TO.search(before):
        return 2
    if came:
        return 3
    if _AFFECTED.search(before):
        return 0
    return 3 if did else 1


def _mentions(said: str) -> list[Mention]:
    return [
        Mention(match.start(), match.end(), _kind(match), match[0])
        for match in _form().finditer(said)
    ]


def _kind(match: re.Match[str]) -> str:
    return str(kept("people")["kinds"][int(str(match.lastgroup)[1:])]["kind"])


LONG = 6
"""Letters of a word from which a slip still shows what was meant."""
_WORDS = (
    *("teacher", "parent", "parents", "student", "students", "colleague", "governor", "stranger"),
    *("caretaker", "neighbour", "assistant", "headteacher", "volunteer", "daughter", "mother"),
    *("father", "former", "someone", "somebody", "grandad", "grandma", "grandmother", "husband"),
    *("boyfriend", "children", "pupils", "friend", "another", "receptionist", "supervisor"),
)
_TRUE = {"strange", "forme", "fathe", "grandm", "husban", "friends"}


def respelt(said: str) -> str:
    """With the names for people spelt as the patterns have them."""
    known = _slips_of_names()
    return re.sub(rf"[a-z]{{{LONG - 1},}}", lambda match: known.get(match[0], match[0]), said)


@cache
def _slips_of_names() -> dict[str, str]:
    found = {slip: word for word in _WORDS for slip in slips(word, LONG)}
    return {slip: word for slip, word in found.items() if slip not in _TRUE and slip not in _WORDS}


@cache
def _form() -> re.Pattern[str]:
    kinds = kept("people")["kinds"]
    return re.compile(
        r"(?<![\w'-])(?:"
        + "|".join(
            f"(?P<k{at}>{'|'.join(f'(?:{form})' for form in group['names'])})"
            for at, group in enumerate(kinds)
        )
        + r")(?![\w-])"
    )
