"""What people ask in the middle of a form about the form itself, and about giving their name.

"Who will see this?" and "will he find out?" are no questions for a policy and no answers either.
Whoever is afraid to go on asks them; so they are told, and then the same question is asked again.
"""

from __future__ import annotations

import re

from bot.language.details.asking import is_question, plain

WHO_SEES = (
    "Nothing is sent before you've seen it all and press “Send it”. Then it's sealed, and only "
    "those whom the school's policy names for it can read it. Whoever it's about doesn't receive "
    "it."
)
WILL_THEY_KNOW = (
    "I don't tell whoever it's about, and they don't receive it. The school may have to speak to "
    "them later, so I can't promise that nobody will guess. You can say below what worries you."
)
WHAT_THEN = (
    "At the end I show you everything, and nothing is sent before you say so. Then you get a "
    "number, and I tell you who has it and what comes next."
)
DO_I_HAVE_TO = (
    "A short answer will do, or “I don't know”. Where you see “Skip” or “I'd rather not say”, you "
    "needn't answer at all. You can also save it for later, or stop."
)

NAMES = {
    "initials": "Initials and year group are enough, for example “J.K., Year 5”.",
    "full": "Your school asks for the full name and year group.",
}
_NAMING = re.compile(
    r"\b(?:need|have to|must|should|necessary|can|may|will|are|is|do)\b.*"
    r"\b(?:initials|(?:full|whole|real|proper) names?)\b"
)
_WORRIES = (
    (
        WILL_THEY_KNOW,
        r"\b(?:will|would|could|might) (?:he|she|they|anyone|anybody|his|her|the|this) "
        r"(?:\w+ ){0,3}?"
        r"(?:know|find out|be told|get told|guess|see (?:it was|my name|who))"
        r"(?: (?:it was|its|it's|about (?:this|it)|that (?:it was|i)|who|i|my name|of it)\b.*)?$",
    ),
    (
        WHO_SEES,
        r"\bwho(?:'s| is| will| would| can| gets?| else)?(?: \w+){0,2} (?:see|sees|seeing|read"
        r"|reads|reading|get|gets|getting|receive|receives|looks? at|know about) (?:this|it|that"
        r"|these|my|what|to see)\b|\b(?:confidential|in confidence)\b"
        r"|\bsafe to (?:say|tell|write)\b"
        r"|\bis (?:this|it|that|what i (?:say|write)) (?:all )?(?:private|secret|between us)"
        r"|\bwho (?:are you|do you) (?:sending|send|passing|pass|telling|tell)\b",
    ),
    (
        WHAT_THEN,
        r"\bwhat (?:happens|will happen|comes|do you do|will you do|are you going to do)"
        r"(?: (?:now|next|then|after\w*|with (?:this|it|that|my \w+)|to (?:this|it|my \w+)|if i"
        r"|when i|once))",
    ),
    (
        DO_I_HAVE_TO,
        r"\b(?:do i (?:really )?(?:have|need) to|must i) (?:answer|say|fill|give (?:my|you)"
        r"|tell you)\b|\bwhy (?:do|are|would) you (?:need|ask|want)",
    ),
)
_KNOWN = [(says, re.compile(pattern)) for says, pattern in _WORRIES]
LONGEST = 16
"""Words of a question about the form; a longer text tells something."""

_NO_NAME = re.compile(
    r"(?:(?:i|id|i'd|i'm|im|want|wish|would|like|prefer|rather|to|be|stay|remain|keep|no|please|sorry"
    r"|it|this|totally|can|could|is|not|my|name|number|me|don't|dont|do|give|say|tell|leave|without|a"
    r"|an|none|share|you|comfortable|giving|saying|and|am|afraid|scared|because|so) )*"
    r"(?:anonymous(?:ly)?|anon|no names?|without (?:a |my )?name"
    r"|(?:not|don't|dont|won't|wont|rather not|afraid to|scared to|no want)(?: \w+){0,4} my name"
    r"|nameless)(?: (?:please|thanks|thank you|to you|here|sorry))*"
)


def worried(text: str, names: str) -> str | None:
    """What to say to a question about the form itself; nothing if it is none. `names` is how the
    school wants children named."""
    if len(text.split()) > LONGEST or not is_question(text):
        return None
    said = plain(text)
    if _NAMING.search(said):
        return NAMES[names]
    return next((says for says, pattern in _KNOWN if pattern.search(said)), None)


def no_name(text: str) -> bool:
    """Whether somebody who is asked for their name would rather not give it."""
    return bool(_NO_NAME.fullmatch(plain(text)))
