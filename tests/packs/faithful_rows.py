"""The rows of `faithfulness/`: what an answer must come down to, read from a policy and not a pack.

A row gives a topic, the verdicts that the policy's text allows and, where it matters, who is told
(`tell`: a role, or null for nobody). Each list in `must_say` holds words of which the answer has to
use one; none of `never_say` may stand in it. A word counts from its start, so "declar" is met by
"declare" and "declaring"; case, apostrophes and hyphens don't count. What stands outside the
policy's own part of a reply (where it says so, common guidance, the date) neither helps nor harms.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import yaml

from bot.messages import ROLES
from bot.messages import Role as Speaker
from bot.policy.check import LATER
from bot.policy.library import Library
from bot.policy.schema import Answer, Role, Verdict

FOLDER = Path(__file__).with_name("faithfulness")
SILENT = "not_covered"
VERDICTS = frozenset((*get_args(Verdict), SILENT))
TOLD = frozenset((*get_args(Role), None))
KEYS = frozenset(("topic", "verdict", "tell", "must_say", "never_say", "where"))
LABEL = re.compile(r"^Who to (tell|ask):", re.MULTILINE)
END_OF_POLICY = re.compile(r"^(Where it says so|Looked at):", re.MULTILINE)


@dataclass(frozen=True)
class Row:
    """One thing that a policy says, or doesn't say, to staff or to parents."""

    school: str
    audience: Speaker
    topic: str
    verdicts: frozenset[str]
    tell: frozenset[str | None]
    must_say: tuple[tuple[str, ...], ...]
    never_say: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.school}-{self.audience}-{self.topic}"


@dataclass(frozen=True)
class Given:
    """What a school's pack answers, reduced to what a row can judge."""

    verdict: str
    tell: str | None
    text: str


def read_rows() -> list[Row]:
    """All rows, in the order of the files' names."""
    return [row for path in sorted(FOLDER.glob("*.yml")) for row in _read_file(path)]


def given(library: Library, school: str, topic: str, audience: Speaker) -> Given:
    """The answer as it is shown, up to where the policy's own part of it ends."""
    side = library.answer(school, topic, audience)
    shown = library.reply(school, topic, audience, LATER).text
    end = END_OF_POLICY.search(shown)
    assert end, f"{school} {topic}: the reply doesn't say where in the policy it stands"
    text = LABEL.sub("", shown[: end.start()])
    if isinstance(side, Answer):
        return Given(side.verdict, side.tell, text)
    return Given(SILENT, None, text)


def faults(row: Row, answer: Given) -> list[str]:
    """What is wrong with an answer by this row; empty if it is faithful."""
    found: list[str] = []
    if answer.verdict not in row.verdicts:
        found.append(f"verdict {answer.verdict}, not {_listed(row.verdicts)}")
    spoken = plain(answer.text)
    found += [f"says {word!r}" for word in row.never_say if _says(spoken, word)]
    if answer.verdict == SILENT:
        return found
    if answer.tell not in row.tell:
        found.append(f"tell {answer.tell}, not {_listed(row.tell)}")
    found += [
        f"says none of {', '.join(choice)}"
        for choice in row.must_say
        if not any(_says(spoken, word) for word in choice)
    ]
    return found


def plain(text: str) -> str:
    """Text without what two ways of writing the same words differ in."""
    joined = re.sub(r"['’‘‐‑-]", "", text.lower())
    return " ".join(re.findall(r"[a-z0-9]+", joined))


def _says(spoken: str, word: str) -> bool:
    return f" {plain(word)}" in f" {spoken}"


def _listed(choices: frozenset[Any]) -> str:
    return " or ".join(sorted(str(choice) for choice in choices))


def _read_file(path: Path) -> list[Row]:
    read = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert read["audience"] in ROLES, path.name
    return [_read_row(read["school"], read["audience"], entry) for entry in read["rows"]]


def _read_row(school: str, audience: Speaker, entry: Mapping[str, Any]) -> Row:
    row = Row(
        school=school,
        audience=audience,
        topic=entry["topic"],
        verdicts=frozenset(_many(entry["verdict"])),
        tell=frozenset(_many(entry["tell"])) if "tell" in entry else TOLD,
        must_say=tuple(tuple(choice) for choice in entry.get("must_say", ())),
        never_say=tuple(entry.get("never_say", ())),
    )
    # YAML reads a bare `no` or `off` as false, which no answer would ever be compared with.
    words = [*row.never_say, *(word for choice in row.must_say for word in choice)]
    assert all(isinstance(word, str) and plain(word) for word in words), row.name
    assert entry.keys() <= KEYS and entry["where"], row.name
    assert row.verdicts <= VERDICTS and row.tell <= TOLD, row.name
    assert row.must_say or row.verdicts == {SILENT}, f"{row.name}: any answer would do"
    return row


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
