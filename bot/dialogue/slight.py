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
_NO_MEANING_NO = re.compile(r" (?:idea|clue|doubt|question|way|matter|wonder)\b")
_NOBODY = re.compile(
    r" (?:(?:is |are |was |were )?(?:at risk|in danger|hurt|harmed|upset|affected)"
    r"|(?:that|as far as|so far|i think|to my|else|yet|really|at the moment|right now|now|or"
    r"|and then)\b)"
)


def answers(phrase: str, said: str) -> bool:
    """Both in plain words, the text with a space at either end."""
    before, _, after = said.partition(f" {phrase} ")
    before, after = f"{before} ".lstrip(), f" {after}".rstrip()
    if phrase == "no" and _NO_MEANING_NO.match(after):
        return False
    if phrase.endswith((" is", " are", " can")) and _TURNED.match(after):
        return False
    if phrase in _OF_ONESELF:
        return bool(_ABOUT.fullmatch(before))
    if phrase not in _SLIGHT:
        return True
    if phrase in ("nobody", "no one") and after and not _NOBODY.match(after):
        return False
    return len(said.split()) <= SHORT or not after or bool(_LEADS_IN.fullmatch(before))
