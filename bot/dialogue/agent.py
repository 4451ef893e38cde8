"""One message in, what the bot says out: Rasa as a plain function of memory and text.

Rasa's `Agent` is left aside for its processor: the agent wraps every tracker store in one that
quietly falls back to memory when it fails, and takes a lock that the turn already holds.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.core.processor import MessageProcessor
from rasa.shared.core.constants import REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa_sdk import Action

from bot.cases.records import NewRecord
from bot.dialogue import answering
from bot.dialogue.actions.asking import MEANWHILE
from bot.dialogue.actions.policy import CHOICES, LAST
from bot.dialogue.controls import BUTTONS, REPORT_ANYTHING, control
from bot.dialogue.flows import TITLES
from bot.dialogue.form import Form
from bot.dialogue.framing import framed
from bot.dialogue.hearing import TOO_LONG, clean, heard
from bot.dialogue.inprocess import InProcessActions
from bot.dialogue.lighter import lighten
from bot.dialogue.memory import EXCHANGES_KEPT, TurnMemory, UnreadableMemory, pack, unpack
from bot.dialogue.sheet import DRAFT, Sheet
from bot.dialogue.voice import Listener
from bot.errors import ModelError
from bot.messages import Arrival, Button, Gap, Outcome, Reply, Said
from bot.policy.wording import FLOW_TITLES

log = logging.getLogger(__name__)

BEGIN_AGAIN = (
    "I've lost the thread of our conversation, because this bot was changed in between. "
    "If we were in the middle of something, please start it again. I'm sorry."
)

SAVED_HERE = "You saved “{title}” here. If that belongs to it, press “Carry on” first."

CARRY_ON = "/carry-on"
FILES = "/files"


class Dialogue:
    """The trained bot: several conversations at once, one turn of each at a time."""

    def __init__(self, model: Path, actions: Callable[[Domain], Iterable[Action]]) -> None:
        self._memory = TurnMemory()
        self._actions = InProcessActions()
        self._processor = _load(model, self._memory, self._actions)
        self._domain: Domain = self._processor.domain
        self._memory.domain = self._domain
        self._forms = {flow: Form.of(flow, self._domain) for flow in self._domain.form_names}
        self._actions.register(actions(self._domain))

    async def respond(self, arrival: Arrival, memory: bytes | None) -> tuple[Said, bytes]:
        """Answer one message; returns what to say and what to remember."""
        return await self._respond(
            arrival, memory, lambda tracker, offered: _hears(arrival.text, tracker, offered)
        )

    async def attach(
        self, arrival: Arrival, memory: bytes | None, files: int
    ) -> tuple[Said, bytes]:
        """Go on with files that were asked for, judged and accepted."""
        also = {"files": files, "caption": arrival.text.strip()}
        return await self._respond(arrival, memory, lambda tracker, offered: FILES, also)

    async def resume(self, arrival: Arrival, memory: bytes | None) -> tuple[Said, bytes]:
        """Let the form that is open ask its question again; without one, nothing is said."""
        told = {MEANWHILE: arrival.text}
        return await self._respond(arrival, memory, lambda tracker, offered: CARRY_ON, told)

    def standing(self, memory: bytes | None) -> tuple[str, str] | None:
        """The form that is open in a conversation, and the question that it asks."""
        try:
            tracker, _ = unpack(memory, "standing", self._domain)
        except UnreadableMemory:
            return None
        form, step = tracker.active_loop_name, tracker.get_slot(REQUESTED_SLOT)
        return (form, step) if form and step else None

    def has_draft(self, memory: bytes | None) -> bool:
        """Whether a form waits to be finished, open or saved for later."""
        try:
            tracker, _ = unpack(memory, "draft", self._domain)
        except UnreadableMemory:
            return False
        return _waits(tracker)

    def steers(self, text: str, memory: bytes | None) -> bool:
        """Whether a message only presses a button or says where to go on, and tells nothing."""
        try:
            tracker, offered = unpack(memory, "steers", self._domain)
        except UnreadableMemory:
            return False
        # Without a form the words that steer one say as little of what happened.
        if control(clean(text).lstrip("/"), in_form=True, saved=True):
            return True
        payload = _hears(text, tracker, offered)
        return payload.startswith("/") and payload != TOO_LONG

    def files_so_far(self, memory: bytes | None) -> int | None:
        """How many files a form has that asks for evidence now; nothing if it takes none."""
        try:
            tracker, _ = unpack(memory, "standing", self._domain)
        except UnreadableMemory:
            return None
        sheet = self._sheet(tracker)
        if sheet is None or sheet.slot is None:
            return None
        if not sheet.form.takes_files(sheet.slot, sheet.answers):
            return None
        return int(sheet.draft.get("files", 0))

    def _sheet(self, tracker: DialogueStateTracker) -> Sheet | None:
        form = self._forms.get(tracker.active_loop_name or "")
        return Sheet(form, tracker.current_slot_values()) if form else None

    async def _respond(
        self,
        arrival: Arrival,
        memory: bytes | None,
        hears: Callable[[DialogueStateTracker, Iterable[Button]], str],
        also: Mapping[str, Any] | None = None,
    ) -> tuple[Said, bytes]:
        conversation = arrival.conversation
        listener = Listener()
        try:
            tracker, offered = unpack(memory, conversation, self._domain)
        except UnreadableMemory:
            # Written by another version. Failing would fail every message from now on.
            log.error("a conversation's memory could not be read; it begins again")
            listener.replies.append(Reply(BEGIN_AGAIN))
            tracker, offered = unpack(None, conversation, self._domain)
        self._memory.begin(conversation, tracker)
        try:
            await self._processor.handle_message(
                UserMessage(
                    hears(tracker, offered),
                    listener,
                    conversation,
                    input_channel=arrival.channel,
                    metadata={
                        "school": arrival.school,
                        "role": arrival.role,
                        "update": arrival.update,
                        # How the conversation stands, for reading a message that leans on it.
                        "last": tracker.get_slot(LAST),
                        "choices": tracker.get_slot(CHOICES),
                        **(also or {}),
                    },
                )
            )
        finally:
            tracker = self._memory.end(conversation) or tracker
            failure = self._actions.failure(conversation)
        if failure is not None:
            raise failure
        if sheet := self._sheet(tracker):
            listener.replies = list(framed(sheet, listener.replies))
        elif (saved := _saved(tracker)) and _doubtful(listener):
            reminds = SAVED_HERE.format(title=TITLES[saved])
            listener.replies.append(Reply(reminds, (BUTTONS["take-up"],)))
        said = _said(listener, tracker)
        kept = 0 if said.wiped or said.record else EXCHANGES_KEPT
        return said, pack(tracker, _offers(said.replies), self._domain, kept)


def _load(model: Path, memory: TurnMemory, actions: InProcessActions) -> MessageProcessor:
    try:
        with warnings.catch_warnings():
            # Training has heeded these warnings already; see EXPECTED there.
            warnings.simplefilter("ignore", UserWarning)
            processor = MessageProcessor(
                model,
                tracker_store=memory,
                lock_store=InMemoryLockStore(),
                generator=TemplatedNaturalLanguageGenerator({}),
                action_endpoint=actions,
            )
    except Exception as error:
        raise ModelError(
            f"The trained model {model.name} can't be read ({type(error).__name__}). "
            "Delete it and run `make train`."
        ) from error
    processor.nlg.responses = processor.domain.responses
    lighten(processor)
    return processor


def _waits(tracker: DialogueStateTracker) -> bool:
    return bool(tracker.active_loop_name or _saved(tracker))


def _saved(tracker: DialogueStateTracker) -> str | None:
    """The form that was saved for later."""
    saved: str | None = (tracker.get_slot(DRAFT) or {}).get("saved")
    return saved


def _doubtful(listener: Listener) -> bool:
    """Whether what was said made little sense, as an answer does to a form that isn't open."""
    return listener.notes.get("outcome") in ("clarify", "unknown", "not_covered")


def _hears(text: str, tracker: DialogueStateTracker, offered: Iterable[Button]) -> str:
    # A flow's title begins it wherever it is pressed: in a menu, or long after the answer.
    offered = list(offered)
    flows = [one for one in offered if one.payload.lstrip("/") in FLOW_TITLES]
    if len(flows) == 1 and answering.only_begins(text):
        return flows[0].payload
    in_form = tracker.active_loop_name is not None
    if not in_form and answering.reports_anything(text):
        return REPORT_ANYTHING
    titles = (Button(title, f"/{flow}") for flow, title in FLOW_TITLES.items())
    return heard(
        text,
        [*offered, *titles],
        in_form=in_form,
        saved=bool(_saved(tracker)),
    )


def _offers(replies: Sequence[Reply]) -> list[Button]:
    return [button for reply in replies for button in reply.buttons]


def _said(listener: Listener, tracker: DialogueStateTracker) -> Said:
    reading: dict[str, Any] = (tracker.latest_message.parse_data or {}).get("reading") or {}
    notes = listener.notes
    flow = tracker.active_loop_name or notes.get("flow")
    outcome: Outcome = notes.get("outcome") or ("flow" if flow else "chat")
    return Said(
        replies=tuple(listener.replies),
        outcome=outcome,
        topic=notes.get("topic"),
        ranking=tuple((label, float(p)) for label, p in reading.get("ranking", ())),
        clauses=tuple(notes.get("clauses", ())),
        flow=flow,
        step=tracker.get_slot(REQUESTED_SLOT) if tracker.active_loop_name else None,
        reference=notes.get("reference"),
        gap=Gap(**notes["gap"]) if notes.get("gap") else None,
        record=NewRecord(**notes["record"]) if notes.get("record") else None,
        draft=_waits(tracker),
        wiped=bool(notes.get("wiped")) and not notes.get("record"),
    )
