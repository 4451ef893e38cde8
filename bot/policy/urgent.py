"""What is said when somebody may be hurt: one file for all schools, put into words for one.

The order is the same for everybody: danger now, then whom to tell at this school, then outside
help. Who is named follows from the school's pack, and from whom the concern is about: nobody is
sent to the person that they are worried about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot.messages import About, Writer
from bot.policy.fields import Lined, read
from bot.policy.nodes import parse, read_bytes, refuse
from bot.policy.pack import Pack
from bot.policy.schema import Helpline, Role, Sentence, Slug
from bot.policy.shared import Helplines
from bot.policy.wording import who

FILE = "urgent.yml"

Level = Literal["immediate", "serious"]

UNNAMED = "the designated safeguarding lead (DSL; the school office knows who that is)"
TO_A_CHILD: Mapping[Role, str] = {"dsl": "the safeguarding lead", "head": "the headteacher"}
ANOTHER = "another teacher"
SOON = 110
"""Characters within which danger and 999 have to be named."""
INSTEAD = (
    "Don't go to the person whom this is about. If you can't reach anyone else at the school, "
    "ring {line}, or the police on 101."
)
HELP = "Help and advice:"


@dataclass(frozen=True, kw_only=True)
class Telling(Lined):
    """How one kind of writer is told whom to tell, and what to do meanwhile."""

    immediate: Sentence
    serious: Sentence
    then: tuple[Sentence, ...]


@dataclass(frozen=True, kw_only=True)
class UrgentKind(Lined):
    """One kind of harm: what comes first for each writer, and who helps outside the school."""

    kind: Slug
    staff: Sentence
    parent: Sentence
    child: Sentence
    adult: Sentence
    helplines: Mapping[Writer, tuple[Slug, ...]]


@dataclass(frozen=True, kw_only=True)
class UrgentFile(Lined):
    """The whole of `urgent.yml`."""

    danger: Sentence
    speakers: Mapping[Writer, Telling]
    kind_words: Mapping[Writer, Sentence]
    pictures: Mapping[Writer, Sentence]
    kinds: tuple[UrgentKind, ...]


@dataclass(frozen=True)
class UrgentWords:
    """All that may be said, checked and by kind."""

    file: UrgentFile
    kinds: Mapping[str, UrgentKind]
    helplines: Mapping[str, Helpline]

    def reply(
        self,
        pack: Pack,
        kind: str,
        level: Level,
        writer: Writer,
        *,
        about: About | None = None,
        images: bool = False,
    ) -> str:
        """The help itself."""
        words, telling = self.kinds[kind], self.file.speakers[writer]
        first: str = getattr(words, writer)
        says = telling.immediate if level == "immediate" else telling.serious
        parts = [
            self.file.kind_words.get(writer, ""),
            first if "999" in first[:SOON] else f"{self.file.danger} {first}",
            self.file.pictures[writer] if images else "",
            says.format(lead=_lead(pack, about, writer)),
            self._instead(about, writer),
            "\n".join(f"- {step}" for step in telling.then),
            "\n".join([HELP, *(self._line(slug) for slug in words.helplines[writer])]),
        ]
        return "\n\n".join(filter(None, parts))

    def _line(self, slug: str) -> str:
        line = self.helplines[slug]
        return f"- {line.name}: {line.phone or line.web}"

    def _instead(self, about: About | None, writer: Writer) -> str:
        if about not in ("head", "dsl") or writer == "child":
            return ""
        line = self.helplines["nspcc" if writer == "parent" else "nspcc-whistleblowing"]
        return INSTEAD.format(line=f"the {line.name} on {line.phone}")


def read_urgent(content: Path, helplines: Helplines) -> UrgentWords:
    """Read `urgent.yml`; each kind stands once, for every writer, with helplines that are shown."""
    listed = read(parse(read_bytes(content / FILE, FILE), FILE), UrgentFile, FILE)
    writers: set[str] = set(listed.speakers)
    for field in ("speakers", "pictures"):
        if missing := {"staff", "parent", "child", "adult"} - set(getattr(listed, field)):
            raise refuse(FILE, listed.lines[field], field, f"lacks {', '.join(sorted(missing))}.")
    kinds: dict[str, UrgentKind] = {}
    for one in listed.kinds:
        if one.kind in kinds:
            raise refuse(FILE, one.lines["kind"], "kind", f"{one.kind} is given twice.")
        if missing := writers - set(one.helplines):
            problem = f"lacks {', '.join(sorted(missing))}."
            raise refuse(FILE, one.lines["helplines"], f"{one.kind}.helplines", problem)
        for slug in (slug for lines in one.helplines.values() for slug in lines):
            if slug not in helplines.by_slug or helplines.by_slug[slug].recheck:
                problem = f"{slug} is not a helpline that may be shown."
                raise refuse(FILE, one.lines["helplines"], f"{one.kind}.helplines", problem)
        kinds[one.kind] = one
    return UrgentWords(listed, kinds, helplines.by_slug)


def told_first(pack: Pack, about: About | None) -> tuple[Role, ...]:
    """The roles that must hear of it, without whoever it is about."""
    chair: tuple[Role, ...] = ("chair-of-governors",)
    one_person = _one_person(pack)
    if about == "head":
        return chair
    if about == "dsl":
        return chair if one_person else ("head",)
    if about == "staff":
        return ("head",) if one_person else ("head", "dsl")
    return ("dsl",)


def roles_named(pack: Pack, roles: tuple[Role, ...]) -> str:
    """The people of these roles in words, as the policy names them."""
    return " and ".join(_named(pack, role) for role in roles)


def surnames(pack: Pack) -> dict[About, tuple[str, ...]]:
    """By what names the head and the lead may be called in a message."""
    roles: tuple[Literal["head", "dsl"], ...] = ("head", "dsl")
    return {
        role: tuple((person.name or "").split()[-1].lower() for person in pack.holders(role)[:1])
        for role in roles
    }


def _lead(pack: Pack, about: About | None, writer: Writer) -> str:
    if writer != "child":
        return roles_named(pack, told_first(pack, about))
    if about in ("head", "dsl") and _one_person(pack):
        return ANOTHER
    role: Role = "head" if about == "dsl" else "dsl"
    names = [person.name for person in pack.holders(role)[:1] if person.name]
    return ", ".join([TO_A_CHILD[role], *names])


def _named(pack: Pack, role: Role) -> str:
    known = role != "dsl" or any(person.role == role for person in pack.people)
    return who(pack, role) if known else UNNAMED


def _one_person(pack: Pack) -> bool:
    """Whether the headteacher also leads on safeguarding."""
    names = [{p.name for p in pack.holders(role) if p.name} for role in ("head", "dsl")]
    return bool(names[0] & names[1])
