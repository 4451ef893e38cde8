"""Whether a record names a reader: by name, by what people call them, or by their post.

Somebody whom a record is about must not receive it, so it is better to find one name too many:
the next in line receives the record instead. A surname alone is enough, in any spelling of case and
accents; so is an account called after a person, and "the headteacher".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from bot.cases.people import Reader, ReaderRole

TITLES = frozenset(
    ("mr", "mrs", "ms", "miss", "mx", "dr", "sir", "dame", "rev", "revd", "prof", "father")
)

TOLD = frozenset(("told", "tell", "telling", "informed"))

POSTS: tuple[tuple[str, ReaderRole | None], ...] = (
    ("head of", None),
    ("deputy designated safeguarding lead", "deputy-dsl"),
    ("deputy safeguarding lead", "deputy-dsl"),
    ("deputy dsl", "deputy-dsl"),
    ("ddsl", "deputy-dsl"),
    ("designated safeguarding lead", "dsl"),
    ("safeguarding lead", "dsl"),
    ("safeguarding officer", "dsl"),
    ("dsl", "dsl"),
    ("deputy head teacher", "deputy-head"),
    ("deputy headteacher", "deputy-head"),
    ("deputy head", "deputy-head"),
    ("assistant headteacher", "slt"),
    ("assistant head teacher", "slt"),
    ("assistant head", "slt"),
    ("executive headteacher", "head"),
    ("executive head", "head"),
    ("headteacher", "head"),
    ("head teacher", "head"),
    ("headmaster", "head"),
    ("headmistress", "head"),
    ("principal", "head"),
    ("the head", "head"),
    ("chair of governors", "chair-of-governors"),
    ("chair of the governors", "chair-of-governors"),
    ("network manager", "network-manager"),
)
"""The longer ones first: a deputy headteacher is no headteacher, and neither is a head of year."""


def words(text: str) -> list[str]:
    """A text's words without case, accents, apostrophes and marks."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(one for one in plain if not unicodedata.combining(one))
    return re.findall(r"[^\W_]+", re.sub(r"['’`´]s\b|['’`´]", "", plain))


@dataclass(frozen=True)
class Name:
    """A name taken apart; `surname` is its last word, both of them where a hyphen joins two."""

    given: tuple[str, ...]
    surname: tuple[str, ...]

    @classmethod
    def of(cls, written: str) -> Name:
        without_remarks = re.sub(r"\(.*?\)", " ", written)
        parts = [part for part in without_remarks.split() if set(words(part)) - TITLES]
        if not parts:
            return cls((), ())
        *given, surname = parts
        return cls(tuple(word for part in given for word in words(part)), tuple(words(surname)))

    @property
    def whole(self) -> tuple[str, ...]:
        return self.given + self.surname

    def joined(self) -> Iterator[str]:
        """What accounts are called: mrrowden, ianrowden, irowden, rowdenian."""
        surname = "".join(self.surname)
        if not surname:
            return
        for title in TITLES:
            yield title + surname
        for given in self.given:
            yield from (given + surname, given[0] + surname, surname + given)
        if len(self.surname) > 1:
            yield surname


def is_named(reader: Reader, named: Iterable[str], *, given_alone: bool) -> bool:
    """Whether one of the names is the reader's. `given_alone` lets a first name be enough."""
    name = Name.of(reader.name)
    found = set(name.surname) | set(name.joined())
    for entry in named:
        said = words(entry)
        # "Mc Donald" and "O Brien" are two words to a machine only.
        pairs = {first + second for first, second in pairwise(said)}
        if found & {*said, *pairs} or _post(said) & reader.roles:
            return True
        without_title = [word for word in said if word not in TITLES]
        if given_alone and len(without_title) == 1 and without_title[0] in name.given:
            return True
    return False


def stands_in(reader: Reader, text: str) -> bool:
    """Whether a text calls the reader by first name and surname, other than as who was told."""
    name = Name.of(reader.name)
    if not (name.given and name.surname):
        return False
    said = words(text)
    for full in {name.whole, (name.given[0], *name.surname)}:
        for at in range(len(said) - len(full) + 1):
            if tuple(said[at : at + len(full)]) == full and not TOLD & set(said[:at][-1:]):
                return True
    return False


def same_person(one: Reader, other: Reader) -> bool:
    """Two entries of one person, such as one as headteacher and one as safeguarding lead."""
    whole = Name.of(one.name).whole
    return bool(whole) and whole == Name.of(other.name).whole


def _post(said: list[str]) -> set[ReaderRole]:
    text, roles = f" {' '.join(said)} ", set[ReaderRole]()
    for post, role in POSTS:
        if f" {post} " in text:
            roles |= {role} if role else set()
            text = text.replace(f" {post} ", "  ")
    if said == ["head"]:
        roles.add("head")
    return roles
