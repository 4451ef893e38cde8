"""What a message says of a report that was handed over: how does it stand, or something to add.

Read by wording and not by likeness, since it is about one person's own report and not about the
policy: "what happens after I report" is a question for the policy, "what about my report" is not.
"""

from __future__ import annotations

import json
import re

from bot.cases.records import SYMBOLS, read_reference

STATUS, ADDITION = "my-reports", "addition"
SHORT = 12
"""Words of a message that asks how a report stands, or announces more."""

_FOUR = rf"[{SYMBOLS}]{{4}}"
_NUMBER = re.compile(rf"\bSP[\s-]?{_FOUR}[\s-]?{_FOUR}\b", re.IGNORECASE)
_MINE = r"(?:my|our|the) (?:last |first |other )?(?:reports?|case|concern|declaration|application)"
_AND = r"(?:\b(?:hi|hello|please|pls|ok|so|and|but|also|sorry|just)\b[ ,]*)*"
_MAY = (
    r"(?:(?:can|could|may) (?:i|you)(?: please)? |how (?:can|do|could) i |where (?:can|do) i "
    r"|i(?:'d| would) like to |i (?:want|need|have|forgot|meant) to |i've got to |let me )?"
)
_SOMETHING = (
    r"(?:(?:this|it|that|something|some|a|an|another|more|one|further|extra|thing|things|detail"
    r"|details|information|info|words?|bit|screenshots?|message) )*"
)
_ADDING = re.compile(
    rf"^{_AND}{_MAY}(?:(?:add|say|send|tell|write|put) {_SOMETHING}(?:in|to|about|on)"
    rf"|update|correct|change|amend) (?:~|{_MINE})(?P<rest>(?!\w).*)$"
    rf"|^{_AND}(?:there(?:'s| is|s) |i(?:'ve| have)(?: got)? |i forgot |i know )?{_SOMETHING}"
    rf"(?:about|for|on|to|in) (?:~|{_MINE})(?P<rest2>(?!\w).*)$",
    re.IGNORECASE | re.DOTALL,
)
_ASKING = re.compile(
    rf"^{_AND}(?:(?:what|how)(?:'s| is| was|s| about| of| became of| has become of| has happened"
    rf"| happened)(?: (?:happening|going on|the status|the state|up|next"
    rf"|become))?(?: (?:with|to|of|on|about))* (?:~|{_MINE})(?: (?:now|doing|getting on|going))?"
    rf"|(?:is there |have you |have you got |do you have )?(?:any |an |some )?(?:news|updates?"
    rf"|word|reply|answer|status)(?: (?:on|about|to|from|of))+ (?:~|{_MINE})"
    rf"|how (?:do|does|did) (?:~|{_MINE}) (?:now )?(?:stand|go|get on|look)(?: now| so far)?"
    rf"|where (?:do|does) (?:~|{_MINE}) stand(?: now)?|any (?:news|updates?)(?: yet| for me)?"
    rf"|(?:can i |could i |where can i )?(?:see|check|track|look up|find) (?:~|{_MINE})"
    rf"|(?:where is|where's|wheres|did (?:you|anyone|anybody|someone|somebody|they|the \w+) (?:get"
    rf"|see|read|pass on|send)|(?:has|have) (?:you|anyone|anybody|someone|somebody|they|the \w+)"
    rf"(?: \w+)? (?:seen|read|got|received|looked at|picked up|dealt with|done \w+ (?:about|with)"
    rf"|passed on|sent)|has anything happened (?:with|to|about)|is (?:anyone|anybody|someone"
    rf"|somebody) (?:\w+ ){{1,3}}(?:on|with)) (?:~|{_MINE})(?: yet| now)?"
    rf"|(?:~|{_MINE})(?: (?:status|yet|please))?|status|my reports?"
    rf"|(?:the )?status of (?:~|{_MINE})"
    r"|(?:has|have) (?:anyone|anybody|someone|somebody|they) (?:seen|read|looked at) (?:it|what i"
    r" (?:sent|wrote|reported))(?: yet)?)[ ?.!]*$",
    re.IGNORECASE,
)


def following(text: str, *, in_form: bool) -> str | None:
    """The payload of what a message says of a report; nothing when it speaks of none.

    In the middle of a form only a short message that is plainly about a report counts.
    """
    number = _NUMBER.search(text)
    named = {"report": read_reference(number[0])} if number else {}
    said = _NUMBER.sub("~", text.replace("’", "'")).strip()
    short = len(said.split()) <= SHORT
    if short and _ASKING.match(said):
        return _payload(STATUS, named)
    adds = _ADDING.match(said)
    if adds and (number or short or _tail(adds)):
        rest = _tail(adds)
        return _payload(ADDITION, {**named, **({"said": rest} if rest else {})})
    if number and not in_form and said.startswith("~"):
        rest = said[1:].strip(" :,.-\n")
        return _payload(ADDITION, {**named, "said": rest})
    return None


def _tail(adds: re.Match[str]) -> str:
    """What is to be added, where it was written along."""
    rest = (adds["rest"] or adds["rest2"] or "").strip()
    return rest.lstrip(" :;,.?!-\n")


def _payload(intent: str, more: dict[str, str]) -> str:
    return f"/{intent}{json.dumps(more)}" if more else f"/{intent}"
