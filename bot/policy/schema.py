"""What policy content is made of: the schema of `policy_content/`, as frozen dataclasses.

A pack says what one school's policy says, in our own words: its clauses with where they stand,
and for each topic an answer for staff and one for parents. `topics.yml` is the same for every
school. Changing a field here changes what is read, what `packs check` demands and the JSON Schema
that editors use. Roles and flows are closed lists, so that a typing mistake can't send a report
to nobody.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

from bot.policy.fields import Lined, SaidDate, Text

Slug = Annotated[
    str, Text(40, r"[a-z0-9]+(-[a-z0-9]+)*", "lower-case words joined by hyphens, like lesson-time")
]
Line = Annotated[str, Text(200)]
Title = Annotated[str, Text(48)]
Sentence = Annotated[str, Text(600)]
Step = Annotated[str, Text(240)]

Verdict = Literal["yes", "no", "only-if", "ask-first", "must-report", "info"]
"""What an answer comes down to; `bot.policy.wording` puts it into words."""

Audience = Literal["both", "staff", "parent"]

Flow = Literal[
    "incident",
    "contact-report",
    "declaration",
    "account-application",
    "permission",
    "website-report",
    "staff-concern",
    "acknowledgement",
]
"""The conversations that end in a record; an answer may offer to start one."""

RecordClass = Literal["child-safety", "adult-conduct", "decisions", "websites", "confirmations"]
"""What is kept for the same time after it was settled."""

Subject = Literal["pupil", "ex-pupil", "parent", "staff", "head", "dsl", "other"]
"""Whom a record is about, as far as a policy's routes tell them apart."""

Role = Literal[
    "dsl",
    "deputy-dsl",
    "head",
    "deputy-head",
    "slt",
    "senior-staff",
    "line-manager",
    "teacher",
    "office",
    "administrator",
    "network-manager",
    "e-safety",
    "governor",
    "governors",
    "chair-of-governors",
    "lead-reviewer",
    "lado",
    "local-authority",
]

ROLE_WORDS: Mapping[Role, str] = {
    "dsl": "the designated safeguarding lead (DSL)",
    "deputy-dsl": "a deputy safeguarding lead",
    "head": "the headteacher",
    "deputy-head": "the deputy headteacher",
    "slt": "the senior leadership team",
    "senior-staff": "a senior member of staff",
    "line-manager": "your line manager",
    "teacher": "a teacher or another member of staff",
    "office": "the school office",
    "administrator": "whoever looks after the school's accounts",
    "network-manager": "the network manager",
    "e-safety": "the e-safety team",
    "governor": "the governor who leads on this",
    "governors": "the governing body",
    "chair-of-governors": "the chair of governors",
    "lead-reviewer": "the person who reviews the policy",
    "lado": "the local authority designated officer (LADO)",
    "local-authority": "the local authority",
}


@dataclass(frozen=True, kw_only=True)
class Topic(Lined):
    """One thing that people ask about; the slug is the same word in the whole project."""

    slug: Slug
    title: Title
    asks: Line
    audience: Audience = "both"
    related: tuple[Slug, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Group(Lined):
    """Topics that stand together in one answers file and one menu."""

    slug: Slug
    title: Title
    topics: tuple[Topic, ...]


@dataclass(frozen=True, kw_only=True)
class TopicList(Lined):
    """The whole of `topics.yml`."""

    groups: tuple[Group, ...]


@dataclass(frozen=True, kw_only=True)
class Helpline(Lined):
    """Outside help, with where its details were read and when. `recheck` keeps it from view."""

    slug: Slug
    name: Line
    use: Sentence
    phone: Line | None = None
    email: Line | None = None
    web: Line | None = None
    source: Line
    checked_on: datetime.date
    recheck: bool = False


@dataclass(frozen=True, kw_only=True)
class PupilReply(Lined):
    """What a pupil who writes is told, whatever was asked and at whichever school."""

    says: tuple[Sentence, ...]
    helplines: tuple[Slug, ...]


@dataclass(frozen=True, kw_only=True)
class HelplineList(Lined):
    """The whole of `helplines.yml`."""

    pupils: PupilReply
    helplines: tuple[Helpline, ...]


@dataclass(frozen=True, kw_only=True)
class School(Lined):
    """Which school, and which document its pack restates.

    `review_words` is for a date that no calendar has, such as "in the summer term of 2019".
    """

    id: Slug
    name: Line
    short: Title
    kind: Line
    policy_title: Line
    version_date: SaidDate | None
    review_due: SaidDate | None
    review_words: Line | None = None
    review_note: Sentence | None = None
    source: Sentence


@dataclass(frozen=True, kw_only=True)
class Person(Lined):
    """Who holds a role, as the policy states it; `name` is null where it names nobody."""

    role: Role
    name: Line | None
    title_in_policy: Line | None = None
    stated_on: SaidDate | None = None


@dataclass(frozen=True, kw_only=True)
class Contacts(Lined):
    """Local routes that no policy text gives; the school fills them in."""

    lado: Line | None
    childrens_social_care: Line | None
    out_of_hours: Line | None


@dataclass(frozen=True, kw_only=True)
class Silence(Lined):
    """Who to ask when the policy says nothing."""

    staff: Role
    parent: Role


@dataclass(frozen=True, kw_only=True)
class Closure(Lined):
    """Days on which nobody works at the school, such as its holidays; both of them included."""

    first: datetime.date
    last: datetime.date


@dataclass(frozen=True, kw_only=True)
class SchoolSettings(Lined):
    """What a school decides about the bot itself.

    `names` is how children are named in reports. Bank holidays needn't be among `closed`.
    `keep_years` is for how long settled records are kept, where it isn't the usual time.
    """

    anonymous_reports: bool
    respond_within: Line | None
    retention: Line | None
    ask_when_silent: Silence
    names: Literal["initials", "full"] = "initials"
    closed: tuple[Closure, ...] = ()
    keep_years: Mapping[RecordClass, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Clause(Lined):
    """One clause of the policy, restated; `background` if no answer needs it."""

    id: Slug
    where: Line
    says: Sentence
    background: bool = False


@dataclass(frozen=True, kw_only=True)
class Guidance(Lined):
    """What common guidance says where the policy differs; shown beside it and marked as such."""

    says: Sentence
    source: Line


@dataclass(frozen=True, kw_only=True)
class Answer(Lined):
    """What the policy says about one topic to one audience."""

    verdict: Verdict
    says: Sentence
    do: tuple[Step, ...] = ()
    tell: Role | None = None
    clauses: tuple[Slug, ...]
    guidance: Guidance | None = None
    flow: Flow | None = None
    related: tuple[Slug, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class NotCovered(Lined):
    """The policy is silent. `ask` is who knows; without it the school's own default is named."""

    SHORT: ClassVar[str] = "not_covered"

    not_covered: bool = True
    ask: Role | None = None
    note: Sentence | None = None
    guidance: Guidance | None = None


Side = Answer | NotCovered


@dataclass(frozen=True, kw_only=True)
class TopicAnswers(Lined):
    """One topic at one school; both audiences are always given."""

    topic: Slug
    staff: Side
    parent: Side


@dataclass(frozen=True, kw_only=True)
class NextStep(Lined):
    """What the policy says becomes of a record; `about` narrows it to some subjects."""

    says: Step
    clauses: tuple[Slug, ...]
    about: tuple[Subject, ...] = ()
    audience: Audience = "both"


@dataclass(frozen=True, kw_only=True)
class PackFile(Lined):
    """The whole of a school's `pack.yml`; clauses may stand in `clauses/*.yml` instead."""

    school: School
    people: tuple[Person, ...]
    contacts: Contacts
    settings: SchoolSettings
    routes: Mapping[Flow, Mapping[Subject, Role]] = field(default_factory=dict)
    next_steps: Mapping[Flow, tuple[NextStep, ...]] = field(default_factory=dict)
    clauses: tuple[Clause, ...] = ()
