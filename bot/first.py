"""Help first: looks at every message for danger before the dialogue sees it.

Whatever the bot was doing, a message that says somebody may be hurt is answered with what to do,
and nothing stands in the way. Then there is one question: shall I tell the people who must know?
A form that was open is kept as it stood, and can be taken up again.

Where it isn't clear whether anybody is in danger, the message is answered as it is, and a button
before the answer leads to the help.

The dialogue may be missing, or fail: this part needs neither Rasa nor the trained model.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Protocol

from bot.cases.evidence import MOST, NOT_FETCHED, TOO_MANY, beforehand, judge
from bot.cases.people import ROLES
from bot.cases.records import Evidence, NewRecord
from bot.cases.routing import Route
from bot.errors import ModelError, StoreError
from bot.language.details.asking import is_question
from bot.language.urgent.detector import Detector
from bot.language.urgent.kinds import Alarm
from bot.language.urgent.people import about, named, writer
from bot.messages import Arrival, Attachment, Button, Reply, Said
from bot.policy.library import Library
from bot.policy.schema import ROLE_WORDS
from bot.policy.urgent import surnames
from bot.standing import Standing, join, split, together, without_doubt

log = logging.getLogger(__name__)

Fetch = Callable[[Attachment], Awaitable[bytes]]

SHALL_I = "Shall I tell {lead} now? I would pass on what you wrote to me here, and nothing else."
SHALL_I_KEEP = (
    "Nobody who is set up to receive reports may see this one, since it may be about them. I can "
    "keep what you wrote, sealed, for whoever takes over. Shall I? Either way, please tell {lead}."
)
CANT = (
    "I can't pass this on from here: the school has nobody set up to receive reports. So please "
    "tell them yourself, now."
)
PASSED_ON = (
    "I've passed it on, under the number {reference}. It is stored, and {lead} {told} now. "
    "I can't tell you yet that anyone has seen it. So please tell them in person as well, and "
    "in danger call 999."
)
KEPT = (
    "It is stored and sealed, under the number {reference}. Nobody has been alerted, so please "
    "tell {lead} yourself, and in danger call 999."
)
NOT_PASSED_ON = (
    "All right, I haven't passed anything on. You can still tell me to: write “tell them”."
)
NOT_ADDED = (
    "I haven't added that to what I would pass on, since it only says where to go on. Nothing has "
    "been sent yet. Shall I pass it on now?"
)
ADDED = (
    "I've added that to what I would pass on. Nothing has been sent yet. Shall I pass it on now?"
)
NO_FILES = (
    "I haven't opened or kept that file. Please don't send any picture or file in this chat: "
    "having or passing on such a picture can be a crime. Describe in words what you know."
)
NOT_YET_FILES = (
    "I haven't opened or kept that: I only take a picture or file when a report asks for it. "
    "Please describe it in words, and keep it safe."
)
UNSAVED = (
    "I couldn't store your message, because something is wrong with this bot. Nobody at the school "
    "has been told by me. Please tell them yourself, now."
)
IN_DOUBT = (
    "I'm not sure how serious this is. If somebody may be hurt or in danger, press the button, and "
    "I'll say what to do first. If it is happening now, call 999."
)
DANGER = "Somebody may be in danger"
GO_ON = "Go on where we were"
YES, NO = "Yes, tell them now", "No, not now"
SAYS = 3
"""Words under a file that isn't taken which are heard for themselves: "look" says nothing."""
SHALL_I_BUTTONS = (Button(YES, YES), Button(NO, NO))
AGREES = {
    *(YES.lower(), "yes", "yes please", "yeah", "yep", "y", "ok", "okay", "please", "please do"),
    *("tell them", "yes tell them", "tell them now", "do it", "go ahead", "pass it on"),
    *("yes pass it on", "send it", "yes send it", "yes do", "yes now", "please tell them"),
}
DECLINES = {
    *(NO.lower(), "no", "no thanks", "no thank you", "nope", "n", "not now", "dont", "don't"),
    *("no dont", "no don't", "cancel", "stop"),
}


class Dialogue(Protocol):
    """What follows when nobody is in danger."""

    async def respond(self, arrival: Arrival, memory: bytes | None) -> tuple[Said, bytes]: ...

    async def resume(self, arrival: Arrival, memory: bytes | None) -> tuple[Said, bytes]:
        """Take up the form that was open; the arrival's text is what was told in between."""

    def standing(self, memory: bytes | None) -> tuple[str, str] | None:
        """The form that is open, and its question."""

    def has_draft(self, memory: bytes | None) -> bool:
        """Whether a form waits to be finished, open or saved."""

    def steers(self, text: str, memory: bytes | None) -> bool:
        """Whether a message only presses a button or says where to go on, and tells nothing."""

    def files_so_far(self, memory: bytes | None) -> int | None:
        """How many files a form has that asks for evidence now; nothing if it takes none."""

    async def attach(
        self, arrival: Arrival, memory: bytes | None, files: int
    ) -> tuple[Said, bytes]:
        """Go on with files that were asked for and accepted."""


class HelpFirst:
    """A speaker in front of the dialogue."""

    def __init__(
        self,
        dialogue: Dialogue | None,
        detector: Detector,
        library: Callable[[], Library],
        *,
        routed: Callable[[NewRecord], Awaitable[Route | None]],
        new_reference: Callable[[], str],
        fetch: Mapping[str, Fetch] = MappingProxyType({}),
    ) -> None:
        """`routed` tells who would receive a record, or nothing where a school takes none; `fetch`
        brings a file, for each channel that carries any."""
        self._dialogue = dialogue
        self._detector = detector
        self._library = library
        self._routed = routed
        self._new_reference = new_reference
        self._fetch = fetch

    async def respond(self, arrival: Arrival, memory: bytes | None) -> tuple[Said, bytes]:
        standing, inner = split(memory)
        before, in_form = standing.doubted, self._form(inner) is not None
        if before and _said_as(arrival.text) == DANGER.lower():
            told, standing = replace(arrival, text=before), replace(standing, doubted="")
            alarm = self._detector.read(before).confirmed()
            return await self._raised(told, alarm, standing, inner)
        alarm = self._detector.read(arrival.text)
        if alarm.raised:
            return await self._raised(arrival, alarm, standing, inner)
        # Once in a form is enough: what is told there comes to those who must know in any case.
        if not alarm.doubtful or standing.open or (in_form and before):
            left = replace(standing, doubted=before if in_form else "")
            said, after = await self._calm(arrival, left, inner)
            return said, (without_doubt(after) if said.wiped or said.record else after)
        said, after = await self._calm(arrival, replace(standing, doubted=arrival.text), inner)
        asks = Reply(IN_DOUBT, (Button(DANGER, DANGER),))
        return replace(said, replies=(asks, *said.replies), doubtful=True), after

    async def _calm(
        self, arrival: Arrival, standing: Standing, inner: bytes | None
    ) -> tuple[Said, bytes]:
        if arrival.files:
            return await self._with_files(arrival, standing, inner)
        said = _said_as(arrival.text)
        if standing.words and said in AGREES and (standing.open or said == "tell them"):
            return await self._pass_on(arrival, standing, inner)
        if standing.open:
            return await self._still_open(arrival, said, standing, inner)
        if said == GO_ON.lower():
            return await self._resumed(arrival, standing, inner, ())
        reply, inner = await self._talk().respond(arrival, inner)
        return reply, join(standing, inner)

    def takes_files(self, memory: bytes | None) -> bool:
        """Whether a file would be taken now; a channel shouldn't even receive any other."""
        standing, inner = split(memory)
        return not (standing.images or standing.open) and self._so_far(inner) is not None

    def can_wait(self, arrival: Arrival, memory: bytes | None) -> bool:
        """Whether a message of very many may go unanswered: no form or alarm hangs on it."""
        standing, inner = split(memory)
        begun = standing.words or (self._dialogue is not None and self._dialogue.has_draft(inner))
        return not (arrival.files or begun or self._detector.read(arrival.text).noticed)

    def _so_far(self, inner: bytes | None) -> int | None:
        return self._dialogue.files_so_far(inner) if self._dialogue else None

    async def _with_files(
        self, arrival: Arrival, standing: Standing, inner: bytes | None
    ) -> tuple[Said, bytes]:
        """Fetch only what was asked for: having some pictures is a crime. The words are heard."""
        so_far, fetch = self._so_far(inner), self._fetch.get(arrival.channel)
        if standing.images or standing.open or so_far is None or fetch is None:
            says = Reply(NO_FILES if standing.images else NOT_YET_FILES)
            if len(arrival.text.split()) >= SAYS and self._dialogue is not None:
                said, after = await self._calm(replace(arrival, files=()), standing, inner)
                return replace(said, replies=(says, *said.replies)), after
            if standing.images or standing.open or not self._form(inner):
                says = replace(says, buttons=self._back(inner))
                return self._within(inner, says), join(standing, inner)
            return await self._resumed(arrival, standing, inner, (says,))
        kept: list[Evidence] = []
        refusals: list[str] = []
        for file in arrival.files:
            judged = await _judged(file, fetch, so_far + len(kept))
            if isinstance(judged, str):
                refusals.append(judged)
            else:
                kept.append(judged)
        said, inner = await self._talk().attach(arrival, inner, len(kept))
        refused = tuple(Reply(says) for says in dict.fromkeys(refusals))
        done = replace(said, replies=(*refused, *said.replies), evidence=tuple(kept))
        return done, join(standing, inner)

    def alone(self, arrival: Arrival) -> Said | None:
        """The help that a message needs when nothing can be stored; nothing if it needs none."""
        alarm = self._detector.read(arrival.text)
        if not alarm.raised:
            return None
        standing = self._standing(arrival, alarm, Standing())
        return _said(Reply(self._help(arrival, standing)), Reply(UNSAVED))

    async def _raised(
        self, arrival: Arrival, alarm: Alarm, before: Standing, inner: bytes | None
    ) -> tuple[Said, bytes]:
        standing = self._standing(arrival, alarm, before)
        helps, back = Reply(self._help(arrival, standing)), self._back(inner)
        route = await self._ask_route(self._record(arrival, standing, ""))
        if route is None:
            return self._within(inner, helps, Reply(CANT, back)), join(standing, inner)
        asks = (SHALL_I if route.receivers else SHALL_I_KEEP).format(lead=_lead(route))
        question = Reply(asks, (*SHALL_I_BUTTONS, *back))
        return self._within(inner, helps, question), join(replace(standing, open=True), inner)

    def _standing(self, arrival: Arrival, alarm: Alarm, before: Standing) -> Standing:
        names = surnames(self._library().pack(arrival.school))
        concerns = about(arrival.text, alarm.kind == "staff-contact", names)
        return Standing(
            kind=alarm.kind,
            level=alarm.level,
            writer=writer(arrival.text, arrival.role),
            about=concerns or before.about,
            images=alarm.images or before.images,
            words=together(before.words, arrival.text),
        )

    def _help(self, arrival: Arrival, standing: Standing) -> str:
        library = self._library()
        return library.urgent.reply(
            library.pack(arrival.school),
            standing.kind,
            standing.severity,
            standing.writer,
            about=standing.about,
            images=standing.images,
        )

    async def _ask_route(self, record: NewRecord) -> Route | None:
        try:
            return await self._routed(record)
        except StoreError as error:
            log.error("whether reports are taken isn't known: %s", type(error).__name__)
            return None

    @staticmethod
    def _record(arrival: Arrival, standing: Standing, reference: str) -> NewRecord:
        words = "\n".join(standing.words)
        return NewRecord(
            reference=reference,
            school=arrival.school,
            kind="urgent",
            severity=standing.severity,
            subject=standing.about or "none",
            named=named(words) if standing.about else (),
            told_by=arrival.role,
            words=words,
            facts=(("Sounds like", standing.kind), ("Written by", standing.writer)),
        )

    async def _pass_on(
        self, arrival: Arrival, standing: Standing, inner: bytes | None
    ) -> tuple[Said, bytes]:
        record = self._record(arrival, standing, self._new_reference())
        route = await self._ask_route(record)
        back = self._back(inner)
        closed = replace(standing, open=False)
        if route is None:
            return self._within(inner, Reply(CANT, back)), join(closed, inner)
        says = (PASSED_ON if route.receivers else KEPT).format(
            reference=record.reference,
            lead=_lead(route),
            told="are being alerted" if len(_leads(route)) > 1 else "is being alerted",
        )
        said = self._within(inner, Reply(says, back))
        done = replace(said, record=record, reference=record.reference)
        return done, join(replace(closed, words=()), inner)

    async def _still_open(
        self, arrival: Arrival, said: str, standing: Standing, inner: bytes | None
    ) -> tuple[Said, bytes]:
        """No answer to the question yet: it is said to be no, or is more to pass on."""
        closed = replace(standing, open=False)
        if said == GO_ON.lower():
            return await self._resumed(arrival, closed, inner, ())
        if said in DECLINES:
            return await self._resumed(arrival, closed, inner, (Reply(NOT_PASSED_ON),))
        # Whatever is told now may matter to those who are told, so it is kept for them in any case.
        steers = self._dialogue is not None and self._dialogue.steers(arrival.text, inner)
        words = standing.words if steers else together(standing.words, arrival.text)
        more = replace(standing, words=words)
        if self._dialogue is not None and not self._form(inner):
            reply, after = await self._dialogue.respond(arrival, inner)
            answers = reply.outcome in ("answer", "not_covered") and is_question(arrival.text)
            if answers or reply.outcome == "chat":
                return reply, join(more, after)
        asks = Reply(NOT_ADDED if steers else ADDED, (*SHALL_I_BUTTONS, *self._back(inner)))
        return self._within(inner, asks), join(more, inner)

    async def _resumed(
        self, arrival: Arrival, standing: Standing, inner: bytes | None, before: tuple[Reply, ...]
    ) -> tuple[Said, bytes]:
        if self._dialogue is None and before:
            return _said(*before), join(standing, inner)
        told = "\n".join(standing.words)
        said, inner = await self._talk().resume(replace(arrival, text=told), inner)
        if not (before or said.replies):
            said, inner = await self._talk().respond(replace(arrival, text="help"), inner)
        return replace(said, replies=(*before, *said.replies)), join(standing, inner)

    def _talk(self) -> Dialogue:
        if self._dialogue is None:
            raise ModelError("There is no trained model to answer with; run `make train`.")
        return self._dialogue

    def _form(self, inner: bytes | None) -> tuple[str, str] | None:
        return self._dialogue.standing(inner) if self._dialogue else None

    def _back(self, inner: bytes | None) -> tuple[Button, ...]:
        return (Button(GO_ON, GO_ON),) if self._form(inner) else ()

    def _within(self, inner: bytes | None, *replies: Reply) -> Said:
        """Said in the middle of whatever form is open, which stays where it is."""
        flow, step = self._form(inner) or (None, None)
        draft = self._dialogue is not None and self._dialogue.has_draft(inner)
        return replace(_said(*replies), flow=flow, step=step, draft=draft)


async def _judged(file: Attachment, fetch: Fetch, so_far: int) -> Evidence | str:
    if refusal := beforehand(file.kind, file.size):
        return refusal
    if so_far >= MOST:
        return TOO_MANY
    try:
        return judge(await fetch(file), so_far)
    except Exception as error:  # noqa: BLE001  # whatever a channel fails with, the form goes on
        log.error("a file can't be fetched: %s", type(error).__name__)
        return NOT_FETCHED


def _lead(route: Route) -> str:
    """Who receives it, by what they are; or where to turn when nobody at the school may."""
    return " and ".join(_leads(route))


def _leads(route: Route) -> list[str]:
    roles = [next(r for r in ROLES if r in one.roles) for one in route.receivers] or route.outside
    return list(dict.fromkeys(ROLE_WORDS[role] for role in roles))


def _said_as(text: str) -> str:
    return text.strip().lower().rstrip(".!").replace("’", "'")


def _said(*replies: Reply) -> Said:
    return Said(replies, "urgent")
