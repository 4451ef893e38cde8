"""One school's pack: its files read, joined and checked against one another.

`read_pack` raises at the first thing that is wrong. `find_problems` goes on and collects, a
problem a file, for the person who is writing a pack. The pack's hash is taken of what it says
and not of how it is written down, so that a comment or a line break doesn't make a new version.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.errors import PackError
from bot.messages import ROLES
from bot.messages import Role as Speaker
from bot.policy.fields import read, read_list
from bot.policy.nodes import parse, read_bytes, refuse
from bot.policy.plain import to_plain
from bot.policy.schema import (
    Answer,
    Clause,
    Contacts,
    Flow,
    NextStep,
    PackFile,
    Person,
    Role,
    School,
    SchoolSettings,
    Side,
    Subject,
    TopicAnswers,
)
from bot.policy.shared import Topics

Files = Mapping[str, bytes]
"""A pack's files by name, such as `welbeck/answers/contact.yml`."""

FOR_STAFF_ONLY: frozenset[Flow] = frozenset(
    ("contact-report", "declaration", "account-application", "permission", "acknowledgement")
)


@dataclass(frozen=True)
class Pack:
    """Everything that is known of one school's policy."""

    school: School
    people: tuple[Person, ...]
    contacts: Contacts
    settings: SchoolSettings
    routes: Mapping[Flow, Mapping[Subject, Role]]
    next_steps: Mapping[Flow, tuple[NextStep, ...]]
    clauses: Mapping[str, Clause]
    answers: Mapping[str, Mapping[Speaker, Side]]
    hash: str

    def holders(self, role: Role) -> tuple[Person, ...]:
        """Those whom the policy names for a role, in its order."""
        return tuple(person for person in self.people if person.role == role and person.name)


def school_folders(content: Path) -> list[Path]:
    """The schools' folders; anything else in `policy_content/` is not a school."""
    return sorted(
        folder
        for folder in content.iterdir()
        if folder.is_dir() and not folder.name.startswith((".", "_"))
    )


def gather(folder: Path) -> dict[str, bytes]:
    """Read the bytes of all files of a pack."""
    school = folder.name
    names = [folder / "pack.yml"]
    for part in ("clauses", "answers"):
        below = folder / part
        if below.is_dir():
            names += sorted(path for path in below.iterdir() if path.suffix in (".yml", ".yaml"))
    return {
        f"{school}/{path.relative_to(folder)}": read_bytes(
            path, f"{school}/{path.relative_to(folder)}"
        )
        for path in names
    }


def read_pack(files: Files, topics: Topics) -> Pack:
    """Build the pack, or raise at its first problem."""
    pack, problems = find_problems(files, topics)
    if pack is None:
        raise problems[0]
    return pack


def find_problems(files: Files, topics: Topics) -> tuple[Pack | None, list[PackError]]:
    """Build the pack if nothing is wrong with it; otherwise say all that is."""
    assembly = _Assembly(files, topics)
    assembly.read_files()
    assembly.compare()
    if assembly.problems or assembly.head is None:
        return None, assembly.problems
    return assembly.finish(assembly.head), []


class _Assembly:
    """The files of one pack on their way to being joined, with what is wrong so far."""

    def __init__(self, files: Files, topics: Topics) -> None:
        self.files, self.topics = files, topics
        self.folder = next(iter(files)).split("/")[0]
        self.problems: list[PackError] = []
        self.head: PackFile | None = None
        self.clauses: list[tuple[str, Clause]] = []
        self.answers: dict[str, tuple[TopicAnswers, ...]] = {}

    def read_files(self) -> None:
        for file, data in self.files.items():
            try:
                self._read_file(file, data)
            except PackError as problem:
                self.problems.append(problem)

    def _read_file(self, file: str, data: bytes) -> None:
        part = file.split("/")[1:]
        if part == ["pack.yml"]:
            self.head = read(parse(data, file), PackFile, file)
            self.clauses += [(file, clause) for clause in self.head.clauses]
        elif part[0] == "clauses":
            self.clauses += [
                (file, clause) for clause in read_list(parse(data, file), Clause, file)
            ]
        else:
            group = part[1].rpartition(".")[0]
            if group not in {known.slug for known in self.topics.groups}:
                raise refuse(file, 1, "", "is not named after a group of topics.yml.")
            self.answers[file] = ()
            self.answers[file] = read_list(parse(data, file), TopicAnswers, file)

    def compare(self) -> None:
        """Look at what no single file can tell."""
        broken = bool(self.problems)
        self.problems += self._wrong_folder()
        self.problems += self._repeated_clauses()
        self.problems += self._backward_closures()
        self.problems += self._topic_problems()
        if not broken:
            self.problems += self._dead_clauses()

    def _wrong_folder(self) -> Iterator[PackError]:
        if self.head is not None and self.head.school.id != self.folder:
            line = self.head.school.lines["id"]
            problem = f"is {self.head.school.id}, but the folder is {self.folder}; use one word."
            yield refuse(f"{self.folder}/pack.yml", line, "school.id", problem)

    def _backward_closures(self) -> Iterator[PackError]:
        for closure in self.head.settings.closed if self.head else ():
            if closure.last < closure.first:
                file, line = f"{self.folder}/pack.yml", closure.lines["last"]
                problem = f"is {closure.last}, before {closure.first}, when the school closes."
                yield refuse(file, line, "settings.closed.last", problem)

    def _repeated_clauses(self) -> Iterator[PackError]:
        seen: dict[str, str] = {}
        for file, clause in self.clauses:
            if clause.id in seen:
                problem = f"{clause.id} is given twice (first in {seen[clause.id]})."
                yield refuse(file, clause.lines["id"], "id", problem)
            seen.setdefault(clause.id, f"{file}, line {clause.lines['id']}")

    def _topic_problems(self) -> Iterator[PackError]:
        for group in self.topics.groups:
            file = f"{self.folder}/answers/{group.slug}.yml"
            if file not in self.answers:
                yield refuse(file, 1, "", "is missing; each group of topics.yml has its file.")
                continue
            seen: set[str] = set()
            for entry in self.answers[file]:
                line = entry.lines["topic"]
                if self.topics.group_of.get(entry.topic) != group.slug:
                    problem = f"{entry.topic} is not a topic of the group {group.slug}."
                    yield refuse(file, line, "topic", problem)
                elif entry.topic in seen:
                    yield refuse(file, line, "topic", f"{entry.topic} is given twice.")
                seen.add(entry.topic)
            if not self.answers[file]:
                continue  # unreadable or empty: one complaint is enough
            for topic in group.topics:
                if topic.slug not in seen:
                    problem = f"{topic.slug} is missing; answer it or say not_covered."
                    yield refuse(file, 1, "topic", problem)

    def _dead_clauses(self) -> Iterator[PackError]:
        known = {clause.id for _, clause in self.clauses}
        yield from self._dead_next_steps(known)
        for file, entries in self.answers.items():
            for entry in entries:
                for speaker in ROLES:
                    side: Side = getattr(entry, speaker)
                    if isinstance(side, Answer):
                        yield from self._answer_problems(
                            file, f"{entry.topic}.{speaker}", side, speaker, known
                        )

    def _dead_next_steps(self, known: set[str]) -> Iterator[PackError]:
        for flow, steps in (self.head.next_steps if self.head else {}).items():
            for step in steps:
                line, name = step.lines["clauses"], f"next_steps.{flow}.clauses"
                file = f"{self.folder}/pack.yml"
                if not step.clauses:
                    yield refuse(file, line, name, "is empty; name what the step rests on.")
                for clause in step.clauses:
                    if clause not in known:
                        yield refuse(file, line, name, f"no clause has the id {clause}.")

    def _answer_problems(
        self, file: str, name: str, side: Answer, speaker: Speaker, known: set[str]
    ) -> Iterator[PackError]:
        line = side.lines["clauses"]
        if not side.clauses:
            yield refuse(file, line, f"{name}.clauses", "is empty; name what the answer rests on.")
        for number, clause in enumerate(side.clauses):
            if clause not in known:
                yield refuse(file, line, f"{name}.clauses", f"no clause has the id {clause}.")
            if clause in side.clauses[:number]:
                yield refuse(file, line, f"{name}.clauses", f"{clause} is given twice.")
        for slug in side.related or ():
            if slug not in self.topics.by_slug:
                problem = f"{slug} is not a topic of topics.yml."
                yield refuse(file, side.lines["related"], f"{name}.related", problem)
        if speaker == "parent" and side.flow in FOR_STAFF_ONLY:
            yield refuse(
                file, side.lines["flow"], f"{name}.flow", f"{side.flow} is for staff only."
            )

    def finish(self, head: PackFile) -> Pack:
        entries = {entry.topic: entry for group in self.answers.values() for entry in group}
        answers: dict[str, dict[Speaker, Side]] = {
            slug: {"staff": entries[slug].staff, "parent": entries[slug].parent}
            for slug in self.topics.by_slug
        }
        clauses = {clause.id: clause for _, clause in self.clauses}
        said = [head.school, head.people, head.contacts, head.settings, head.routes]
        said.append(head.next_steps)
        return Pack(
            school=head.school,
            people=head.people,
            contacts=head.contacts,
            settings=head.settings,
            routes=head.routes,
            next_steps=head.next_steps,
            clauses=clauses,
            answers=answers,
            hash=hash_of([*said, clauses, answers]),
        )


def hash_of(content: object) -> str:
    """A hash of what is said: the order of keys, comments and line breaks don't count."""
    text = json.dumps(to_plain(content), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
