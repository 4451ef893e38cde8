"""Knows who writes, and answers what isn't for the dialogue: commands, and strangers.

A stranger is told where help is and how to become known, and nothing else: which school they mean
isn't known. What they write is not kept beyond the answer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.cases.enrolment import Enrolled, Membership
from bot.cases.people import Way
from bot.channels.telegram import commands
from bot.channels.telegram.contracts import COMMAND, Answer, Person
from bot.messages import Button, Reply, Role

STRANGER = (
    "I don't know you yet. Please open the link that your school gave you, or ask its office for "
    "one. Nothing that you wrote has been passed on.\n\n"
    "If somebody is in danger now, call 999. Under 19, you can call Childline on 0800 1111."
)
NOT_ACCEPTED = (
    "That link can't be used: it may have ended, or been used already. Ask the school office for "
    "another.\n\nIf a child is in danger now, call 999."
)
WELCOME_READER = (
    "Thank you. When a report waits for you at {school}, I'll say so here, without a word of what "
    "it says. You can also ask me about the policy."
)
STAY_STAFF = (
    "That link is for parents and carers. I know you as somebody who works at {school}, and go on "
    "answering you as that; nothing has changed. If you have a child there too, the chat on the "
    "school's page answers you as a parent. If you don't work there any more, tell the office."
)
WHICH = "You belong to several schools. Which one is it about?"
ONE_SCHOOL = "You belong to {school}, and to no other school that I know of."
CHOSEN = (
    "All right, it's about {school} from now on. If we were in the middle of something, it is "
    "stopped, and nothing of it was sent."
)


class Enrolments(Protocol):
    async def accept(
        self, code: str, person: str, address: tuple[Way, str] | None = None
    ) -> Enrolled | None: ...

    async def memberships(self, person: str) -> list[Membership]: ...

    async def choose(self, person: str, school: str) -> bool: ...

    async def forget(self, person: str) -> None:
        """Erase a person: who they are, and their conversation."""


@dataclass(frozen=True)
class Knowledge:
    """What others know: schools, whom to turn to, reports, danger, and what is held of whom."""

    school_name: Callable[[str], str]
    contacts: Callable[[str, Role], str]
    reports: Callable[[str], Awaitable[Sequence[str]]]
    is_urgent: Callable[[str], bool]
    held: Callable[[str], Awaitable[str]]


class Keeper:
    def __init__(self, enrolments: Enrolments, knowledge: Knowledge) -> None:
        self._enrolments = enrolments
        self._knowledge = knowledge

    async def person(self, conversation: str, chat: int) -> Person:
        """Who they are now: at several schools, whoever they chose to be last."""
        for one in await self._enrolments.memberships(conversation):
            if one.current:
                return Person(conversation, one.school, one.role, chat)
        return Person(conversation, chat=chat)

    async def stranger(self, person: Person, text: str) -> Answer:
        return Answer((Reply(STRANGER),), urgent=self._knowledge.is_urgent(text))

    async def command(self, person: Person, name: str, argument: str) -> Answer | None:
        if name == "start" and argument:
            return await self._accepted(person, argument)
        if person.school is None or person.role is None:
            return _says(STRANGER) if name in {"start", *commands.PRIVATE} else None
        school = self._knowledge.school_name(person.school)
        match name:
            case "start":
                return _says(commands.WELCOME.format(school=school), commands.FIRST_BUTTONS)
            case "help" | "cancel":
                return Answer(says=name)
            case "report":
                words = commands.beginning(argument, person.role)
                if words is not None:
                    return Answer(says=words)
                return _says(commands.WHAT_KIND, commands.flow_buttons(person.role))
            case "declare":
                return Answer(says=commands.FLOWS["declaration"][1])
            case "contacts":
                return _says(self._knowledge.contacts(person.school, person.role))
            case "privacy":
                return _says(commands.PRIVACY.format(school=school))
            case "status":
                found = await self._knowledge.reports(person.conversation)
                return _says("\n\n".join(found) or commands.NO_REPORTS)
            case "school":
                return await self._choose(person, argument)
            case "download_my_data":
                held = await self._knowledge.held(person.conversation)
                return Answer((Reply(commands.YOUR_DATA),), file=held)
            case "delete_my_data":
                return await self._deleted(person, argument)
        return None

    async def _accepted(self, person: Person, code: str) -> Answer:
        address: tuple[Way, str] = ("telegram", str(person.chat))
        found = await self._enrolments.accept(code, person.conversation, address)
        if found is None:
            return _says(NOT_ACCEPTED)
        school = self._knowledge.school_name(found.school)
        if found.invited_as == "reader":
            return _says(WELCOME_READER.format(school=school), commands.FIRST_BUTTONS)
        mine = await self._enrolments.memberships(person.conversation)
        works_there = any((one.school, one.role) == (found.school, "staff") for one in mine)
        if found.invited_as == "parent" and works_there:
            return _says(STAY_STAFF.format(school=school))
        return _says(commands.WELCOME.format(school=school), commands.FIRST_BUTTONS)

    async def _choose(self, person: Person, wanted: str) -> Answer:
        if wanted and await self._enrolments.choose(person.conversation, wanted):
            return _says(CHOSEN.format(school=self._knowledge.school_name(wanted)))
        mine = [one.school for one in await self._enrolments.memberships(person.conversation)]
        if len(mine) == 1:
            return _says(ONE_SCHOOL.format(school=self._knowledge.school_name(mine[0])))
        buttons = [
            Button(self._knowledge.school_name(one), f"{COMMAND}school {one}") for one in mine
        ]
        return _says(WHICH, buttons)

    async def _deleted(self, person: Person, argument: str) -> Answer:
        if argument == "yes":
            await self._enrolments.forget(person.conversation)
            return _says(commands.DELETED)
        mine = await self._enrolments.memberships(person.conversation)
        schools = " and ".join(self._knowledge.school_name(one.school) for one in mine)
        return _says(commands.SURE.format(schools=schools), [commands.YES_DELETE])


def _says(text: str, buttons: Sequence[Button] = ()) -> Answer:
    return Answer((Reply(text, tuple(buttons)),))
