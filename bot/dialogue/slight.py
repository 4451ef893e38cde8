"""Whether a slight word in an answer is the answer, or only stands in what somebody tells.

"No" is an answer, and "there is no way I can go in" isn't; "me" says whom it is about, and "he
keeps messaging me" doesn't. Such words count where they can hardly be anything else. Elsewhere they
count for nothing: then it is asked again, which costs a moment, and nothing false is written down.
"""

from __future__ import annotations

import re

SHORT = 3
"""Words of a text in which any word is meant as the answer."""

_SLIGHT = {
    *("no", "n", "y", "none", "all", "other", "fine", "upset", "family", "own"),
    *("i do", "i did", "i have", "she is", "he is", "they are", "it is", "it can"),
    *("never", "ignored", "adult", "nobody", "no one"),
}
_OF_ONESELF = {"me", "myself", "self"}

_LEADS_IN = re.compile(
    r"(?:(?:well|oh|um|erm|er|hmm|ah|so|and|but|ok|okay|yes|sorry|actually|honestly|probably"
    r"|luckily|thankfully|fortunately|sadly|hopefully|as|far|i|id|im|would|we|think|know|say|guess"
    r"|believe|hope|afraid|it|its|is|was|the|a|an|with|just|only|answer|of) )*"
)
"""What may stand before an answer without making it part of a sentence."""
_ABOUT = re.compile(
    r"(?:.*\b(?:or|and then) )?(?:(?:yes|sorry|it|its|is|was|this|that|concerns|about|report"
    r"|reporting|to|i|im|am|want|have|need|just|only|ok) )*"
)
_TURNED = re.compile(
    r" (?:(?:all|still|really|quite|now|just|perfectly|totally|very|both) )*"
    r"(?:not|never|no longer|ok|okay|fine|safe|alright|right|well|good|happy|unharmed)\b"
)
"""After "she is", what makes it the other answer, or none."""
_NO_MEANING_NO = re.compile(r" (?:idea|clue|doubt|question|matter|wonder|one|body)\b")
_NOBODY = re.compile(
    r" (?:(?:is |are |was |were )?(?:at risk|in danger|hurt|harmed|upset|affected)"
    r"|(?:that|as far as|so far|i think|to my|else|yet|really|at the moment|right now|now|or"
    r"|and then)\b)"
)
_AND_SO_ON = re.compile(
    r"(?:$| (?:answer|repl|accept|writ|teach|look|yes|yeah|once|sometimes|a bit|sorry|unfortunately"
    r"|actually|but|and|or)\w*)"
)
"""After "I have", what makes it an answer; "I have screenshots" tells of something else."""
_DEPUTY = re.compile(r"\b(?:deputy|assistant|vice|former|ex|old) $")
_HEAD_OF = re.compile(r" (?:of (?!(?:the |our |this )?(?:whole )?school\b)|boy\b|girl\b|lice\b)")
"""The headteacher is a post of its own: a head of year may be somebody whom it is kept from."""
_DEED = re.compile(
    r"(?: (?:behaviour|conduct|mistakes?|fault|posts?|actions?|account|and then|or)\b|$)"
)


def answers(phrase: str, value: str, said: str) -> bool:
    """Whether a phrase that means a value does so in a text: both in plain words, the text with a
    space at either end."""
    before, _, after = said.partition(f" {phrase} ")
    before, after = f"{before} ".lstrip(), f" {after}".rstrip()
    if phrase == "no" and _NO_MEANING_NO.match(after):
        return False
    if phrase.endswith((" is", " are", " can")) and _TURNED.match(after):
        return False
    if value == "head" and (_DEPUTY.search(before) or _HEAD_OF.match(after)):
        return False
    if value == "myself" and phrase == "my own" and not _DEED.match(after):
        return False
    if phrase in ("i do", "i did", "i have") and not _AND_SO_ON.match(after):
        return False
    if phrase in _OF_ONESELF:
        return bool(_ABOUT.fullmatch(before))
    if phrase not in _SLIGHT:
        return True
    if phrase in ("nobody", "no one") and after and not _NOBODY.match(after):
        return False
    return len(said.split()) <= SHORT or not after or bool(_LEADS_IN.fullmatch(before))
