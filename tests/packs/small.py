"""A small but whole policy content: two topics, one invented school, made afresh for each test."""

from __future__ import annotations

from pathlib import Path

SCHOOL = "hill-top"

FILES: dict[str, str] = {
    "topics.yml": """\
groups:
- slug: day
  title: "The day"
  topics:
  - slug: lesson-time
    title: "In lessons"
    asks: "May staff use it in lessons?"
    related: [break-time]
  - slug: break-time
    title: "In breaks"
    asks: "May staff use it in breaks?"
""",
    "helplines.yml": """\
pupils:
  says: ["Thank you for writing.", "Please talk to a grown-up you trust."]
  helplines: [childline]
helplines:
- slug: childline
  name: "Childline"
  use: "For anyone under 19."
  phone: "0800 1111"
  source: "its own page"
  checked_on: 2026-01-10
- slug: old-line
  name: "Old line"
  use: "For others."
  web: "example.org"
  source: "an old page"
  checked_on: 2026-01-10
  recheck: true
""",
    "urgent.yml": """\
danger: "If anyone is in danger now, call 999."
speakers:
  staff:
    immediate: "Then tell {lead} now."
    serious: "Tell {lead} today."
    then: ["Write down what was said."]
  parent:
    immediate: "Then tell {lead} now."
    serious: "Tell {lead} today."
    then: ["Write down what was said."]
  child:
    immediate: "Then tell {lead} now."
    serious: "Tell {lead} today."
    then: ["Write down what was said."]
  adult:
    immediate: "Then tell {lead} now."
    serious: "Tell {lead} today."
    then: ["Write down what was said."]
kind_words: {child: "Thank you for telling me."}
pictures: {staff: "No pictures.", parent: "No pictures.", child: "No pictures.", adult: "None."}
kinds:
- kind: missing
  staff: "A child is missing."
  parent: "Your child is missing."
  child: "You are lost."
  adult: "Somebody is missing."
  helplines: {staff: [childline], parent: [childline], child: [childline], adult: [childline]}
""",
    f"{SCHOOL}/pack.yml": """\
school:
  id: hill-top
  name: "Hill Top School"
  short: "Hill Top"
  kind: "school"
  policy_title: "Screens"
  version_date: 2024-03
  review_due: 2025-03
  source: "A policy made up for tests"
people:
- {role: head, name: "Ada Park", title_in_policy: "Head", stated_on: 2024-03}
- {role: dsl, name: null}
contacts: {lado: null, childrens_social_care: null, out_of_hours: null}
settings:
  anonymous_reports: false
  respond_within: null
  retention: null
  ask_when_silent: {staff: head, parent: office}
routes:
  contact-report: {pupil: dsl}
clauses:
- id: no-lessons
  where: "Staff, bullet 1"
  says: "Staff put phones away in lessons."
- id: curriculum
  where: "Staff, bullet 2"
  says: "A lesson may need it."
""",
    f"{SCHOOL}/clauses/aims.yml": """\
- id: aims
  where: "Aims"
  says: "It keeps people safe."
  background: true
""",
    f"{SCHOOL}/answers/day.yml": """\
- topic: lesson-time
  staff:
    verdict: "no"
    says: "Put it away until the lesson ends."
    do: ["Ask the head if a lesson needs it."]
    tell: head
    clauses: [no-lessons, curriculum]
    flow: permission
  parent:
    verdict: info
    says: "Staff put phones away in lessons."
    clauses: [no-lessons]
- topic: break-time
  staff: not_covered
  parent: {not_covered: true, ask: head, note: "It speaks of lessons only."}
""",
}


def write(content: Path, changed: dict[str, str] | None = None) -> Path:
    """Write the small content into a folder, some of its files changed."""
    for name, text in {**FILES, **(changed or {})}.items():
        path = content / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return content


def swapped(name: str, old: str, new: str) -> dict[str, str]:
    """One file with one piece of text put in the place of another; the piece must be there."""
    assert FILES[name].count(old) >= 1, f"{old!r} is not in {name}"
    return {name: FILES[name].replace(old, new, 1)}
