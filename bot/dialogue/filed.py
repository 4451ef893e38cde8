"""A form without a conversation around it: its questions, and the record that its answers make.

The bot asks them one by one; on the desk they stand on one page, for a report that came by phone or
on paper. Both read the same domain files and file the answers by the same rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rasa.shared.utils.io import read_yaml_file

from bot.cases.filing import file_record
from bot.cases.records import KINDS, NewRecord, RecordKind
from bot.dialogue.form import SKIPPED, Form
from bot.dialogue.questions import CONFIRM, questions_of


def forms_in(domain: Path) -> dict[RecordKind, Form]:
    """Each form of the domain files that makes a record, by the record's kind."""
    forms: dict[RecordKind, Form] = {}
    for path in sorted(domain.glob("*.yml")):
        # As Rasa reads it, to which a bare "no" is a word.
        said: dict[str, Any] = read_yaml_file(path)
        for kind in KINDS:
            if form := (said.get("forms") or {}).get(kind):
                order = [slot for slot in form["required_slots"] if slot != CONFIRM]
                forms[kind] = Form(kind, questions_of(kind, said["responses"], order))
    return forms


def filed(
    form: Form, answers: Mapping[str, str], *, reference: str, school: str, role: str
) -> NewRecord:
    """What was answered, as a record; what was skipped, or doesn't concern them, is no part."""
    given = {slot: value for slot, value in answers.items() if value != SKIPPED}
    lines = form.lines(given)
    return file_record(
        form.flow,  # type: ignore[arg-type]  # forms are named after the kinds of records
        reference=reference,
        school=school,
        role=role,
        answers={line.question.slot: given[line.question.slot] for line in lines},
        words="\n\n".join(line.text for line in lines if line.question.kind == "story"),
        facts=[(line.question.label, line.text) for line in lines if line.question.kind != "story"],
    )
