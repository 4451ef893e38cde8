"""`packs new`: starts the pack of a school, with prompts and every topic `not_covered`.

The new pack is whole from the first minute: it loads, it says for each topic that the policy
isn't known yet to answer it, and it can be filled in one answer after the other.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from bot.errors import PackError
from bot.policy.schema import ROLE_WORDS, Group
from bot.policy.shared import read_topics

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

PACK = """\
# The frame of one school's policy. Write in your own words; never copy the policy's sentences.
# Dates are as exact as the policy gives them: 2022, 2022-03 or 2022-03-31, or null.
school:
  id: {id}
  name: {name}
  short: {name}              # what people call it: "Welbeck"
  kind: "school"             # primary school, special school, federation ...
  policy_title: "Social media policy"
  version_date: null         # when this version was agreed
  review_due: null           # when it must be looked at again
  # review_words: "in the summer term of 2025"    # if the policy gives no calendar date
  source: "Which document this pack restates, and where it was found"
# Who holds which role, as the policy states it; name: null where it names nobody. Roles:
# {roles}
people:
- {{role: head, name: null, title_in_policy: null, stated_on: null}}
- {{role: dsl, name: null, title_in_policy: null, stated_on: null}}
# Local help. Report flows open when these are filled in: a name and a phone number each.
contacts: {{lado: null, childrens_social_care: null, out_of_hours: null}}
settings:
  anonymous_reports: false   # may a report be made without a name?
  names: initials   # how reports name children: initials or full
  respond_within: null       # how soon the school answers a report, in words
  retention: null            # how long records are kept, in words
  keep_years: {{}}             # the same in years, for each class of record: see docs/packs.md
  ask_when_silent: {{staff: head, parent: office}}
  closed: []                 # days off: {{first: 2026-07-22, last: 2026-09-01}}
# Who receives a record, by flow and by whom it is about: contact-report: {{pupil: head}}
routes: {{}}
# What the policy says becomes of it, told to whoever handed it over:
# incident:
# - {{says: "The headteacher looks into it.", clauses: [head-looks], about: [pupil]}}
next_steps: {{}}
"""

CLAUSES = """\
# Every clause of the policy, restated, with where it stands. Add files as you need them.
# - id: staff-lesson-time
#   where: "Staff use, bullet 1"
#   says: "Staff stay off social media during lessons."
#   background: true           # only if no answer needs it
[]
"""

ANSWERS = """\
# {title}. An answer looks like this (yes and no need their quotes):
#   staff:
#     verdict: "no"            # yes, no, only-if, ask-first, must-report, info
#     says: "One to three short sentences."
#     do: ["A step, if the policy gives one."]
#     tell: head               # who is told by this school's policy; leave out if nobody
#     clauses: [staff-lesson-time]
"""


def new_pack(content: Path, school: str, name: str) -> Path:
    """Write the new pack's folder and return it. Nothing is ever written over."""
    if not ID.fullmatch(school) or len(school) > 40:
        raise PackError(
            f"{school[:60]!r} can't be a school's id; use lower-case words and hyphens."
        )
    if not name.strip() or len(name) > 48 or not name.isprintable():
        raise PackError("A school's name has 1 to 48 characters; shorten it and try again.")
    folder = content / school
    if folder.exists():
        raise PackError(f"{folder} is there already; choose another id or edit that pack.")
    topics = read_topics(content)
    unfinished = content / f".{school}.new"
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        _write(
            unfinished / "pack.yml",
            PACK.format(id=school, name=_quoted(name.strip()), roles=", ".join(ROLE_WORDS)),
        )
        _write(unfinished / "clauses" / "policy.yml", CLAUSES)
        for group in topics.groups:
            _write(unfinished / "answers" / f"{group.slug}.yml", _answers(group))
        unfinished.rename(folder)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise PackError(f"{folder} can't be written ({reason}); check the folder.") from error
    return folder


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _answers(group: Group) -> str:
    lines = [ANSWERS.format(title=group.title)]
    for topic in group.topics:
        lines.append(f"# {topic.asks}\n- topic: {topic.slug}\n")
        lines.append("  staff: not_covered\n  parent: not_covered\n")
    return "".join(lines)
