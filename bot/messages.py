"""What goes in and out of a conversation, whatever the channel."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from bot.cases.records import Evidence, NewRecord

Role = Literal["staff", "parent"]
ROLES: tuple[Role, ...] = ("staff", "parent")

Writer = Literal["staff", "parent", "child", "adult"]
"""Who wrote something urgent. `adult` is a grown-up whom it happens to, whatever their role."""

About = Literal["staff", "head", "dsl"]
"""Whom something urgent is about, if it is somebody who works at the school."""

Outcome = Literal["answer", "clarify", "not_covered", "unknown", "urgent", "flow", "chat"]

GapKind = Literal["unknown", "not_covered", "outside"]
"""Not understood; a topic on which the policy is silent; school life outside the policy."""


@dataclass(frozen=True)
class Button:
    """A choice offered with a reply. `payload` is what pressing it means; people see `title`."""

    title: str
    payload: str


@dataclass(frozen=True)
class Reply:
    """What the bot says. `pack` names the version of the school's pack that it rests on, if any."""

    text: str
    buttons: tuple[Button, ...] = ()
    pack: str | None = None


AttachmentKind = Literal["picture", "document", "voice", "video", "other"]


@dataclass(frozen=True)
class Attachment:
    """A picture or file that came along with a message, and isn't fetched yet.

    `handle` is what its channel fetches it by. Nothing is fetched before the message was read and
    evidence was asked for. `size` is in bytes, as far as the channel knows.
    """

    kind: AttachmentKind
    handle: str = field(repr=False)
    size: int | None = None


@dataclass(frozen=True)
class Arrival:
    """One message from a person, as a channel received it.

    `update` is the channel's own number for it: the same message delivered twice has the same one.
    `conversation` is unique over all channels, such as `terminal:local`. `files` is what came
    along, such as pictures.
    """

    channel: str
    update: str
    conversation: str
    school: str
    role: Role
    text: str
    files: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class Gap:
    """A question that got no answer, for whoever owns the policy.

    `topic` is what it was about, as far as that is known; `words` has no names and no numbers.
    """

    kind: GapKind
    topic: str | None
    words: str


@dataclass(frozen=True)
class Said:
    """All that one turn says, and what the machine-readable verbs tell of it.

    `record` is what the turn hands over: it is stored with the replies, or neither of them is.
    `evidence` is what was accepted with this message. It is kept with the conversation, until a
    record is handed over, which then takes all of it along, or until the draft is `wiped`. `draft`
    is whether a form waits to be finished, open or saved for later, and `doubtful` whether it was
    asked beside the answer if somebody is in danger.
    """

    replies: tuple[Reply, ...]
    outcome: Outcome
    topic: str | None = None
    ranking: tuple[tuple[str, float], ...] = ()
    clauses: tuple[str, ...] = ()
    flow: str | None = None
    step: str | None = None
    reference: str | None = None
    gap: Gap | None = None
    record: NewRecord | None = None
    evidence: tuple[Evidence, ...] = ()
    wiped: bool = False
    draft: bool = False
    doubtful: bool = False
