"""What somebody is told after handing something over: faithful, whole, and safe meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from bot.errors import PackError
from bot.messages import ROLES
from bot.messages import Role as Speaker
from bot.policy.library import Library
from bot.policy.next_steps import next_steps, steps
from bot.policy.schema import Flow, Subject
from tests.packs.own_words import read_fingerprints, shared_runs
from tests.packs.small import SCHOOL, write

CONTENT = Path(__file__).parents[2] / "policy_content"
FLOWS: tuple[Flow, ...] = get_args(Flow)
SUBJECTS: tuple[Subject, ...] = get_args(Subject)
LONGEST = 900

# School, flow, about whom, to whom, words of which one must stand in it, words that may not.
ROWS: list[tuple[str, Flow, Subject, Speaker, list[list[str]], list[str]]] = [
    ("blean", "declaration", "parent", "staff", [["headteacher"], ["recorded"]], ["leadership"]),
    ("blean", "account-application", "other", "staff", [["risk"], ["headteacher"]], ["leaders"]),
    ("blean", "permission", "other", "staff", [["risk"]], ["senior"]),
    ("blean", "contact-report", "pupil", "staff", [["headteacher"], ["own account"]], []),
    ("blean", "incident", "pupil", "parent", [["DSL"], ["Families are told"]], []),
    ("blean", "incident", "other", "parent", [["confidential"]], ["Families are told"]),
    ("longton", "incident", "parent", "staff", [["take it down"]], ["procedures of their own"]),
    ("longton", "incident", "parent", "parent", [["procedures of their own"]], ["police"]),
    ("longton", "incident", "pupil", "staff", [["reply"]], ["take it down", "Where it says"]),
    ("longton", "staff-concern", "staff", "staff", [["LADO"], ["headteacher"]], []),
    ("longton", "staff-concern", "head", "staff", [["local authority"]], ["headteacher first"]),
    ("longton", "permission", "other", "staff", [["headteacher"]], ["senior"]),
    ("longton", "declaration", "parent", "staff", [["rules on contact"]], ["Where it says so"]),
    ("merriott", "account-application", "other", "staff", [["trained"], ["turn"]], []),
    ("merriott", "incident", "parent", "staff", [["face to face"], ["police"]], ["retaliate"]),
    ("merriott", "incident", "pupil", "staff", [["senior leaders"]], ["face to face"]),
    ("rosewood", "declaration", "parent", "staff", [["limits"], ["senior leaders"]], ["recorded"]),
    ("rosewood", "contact-report", "pupil", "staff", [["safeguarding lead"]], ["headteacher"]),
    ("rosewood", "contact-report", "parent", "staff", [["senior leader"]], ["safeguarding lead"]),
    ("welbeck", "incident", "pupil", "staff", [["hit back"], ["screen prints"]], ["meeting"]),
    ("welbeck", "incident", "parent", "staff", [["meeting"], ["line manager"]], []),
    ("welbeck", "incident", "pupil", "parent", [["screen prints"]], ["hit back", "line manager"]),
    ("welbeck", "website-report", "other", "parent", [["teacher"], ["block"]], []),
    ("welbeck", "website-report", "other", "staff", [["block"]], ["told to a teacher"]),
    ("welbeck", "contact-report", "ex-pupil", "staff", [["reply"]], ["headteacher hears"]),
]


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.load(CONTENT)


@pytest.mark.parametrize(
    ("school", "flow", "subject", "role", "must_say", "never_say"),
    ROWS,
    ids=["-".join(row[:4]) for row in ROWS],
)
def test_it_says_what_the_policy_says(
    library: Library,
    school: str,
    flow: Flow,
    subject: Subject,
    role: Speaker,
    must_say: list[list[str]],
    never_say: list[str],
) -> None:
    text = "\n".join(next_steps(library.pack(school), flow, subject, role))
    for words in must_say:
        assert any(word in text for word in words), text
    for word in never_say:
        assert word not in text


@pytest.mark.parametrize("flow", FLOWS)
def test_everybody_is_told_something_that_fits_a_phone(library: Library, flow: Flow) -> None:
    for school in library.schools():
        pack = library.pack(school)
        for subject in SUBJECTS:
            for role in ROLES:
                said = next_steps(pack, flow, subject, role)
                assert said
                assert len("\n".join(said)) <= LONGEST, (school, flow, subject, role)
                assert bool(steps(pack, flow, subject, role)) == any(
                    line.startswith("Where it says so") for line in said
                )


@pytest.mark.parametrize("flow", ["incident", "contact-report", "staff-concern"])
def test_nobody_is_asked_to_keep_a_picture_that_is_a_crime_to_have(
    library: Library, flow: Flow
) -> None:
    for school in library.schools():
        for subject in SUBJECTS:
            text = "\n".join(next_steps(library.pack(school), flow, subject, "staff"))
            assert "Keep what you have" in text
            assert "nude" in text


STEP = "next_steps:\n  incident:\n  - {says: 'The head looks into it.', clauses: [CLAUSES]}\n"


def test_a_step_names_clauses_that_there_are(tmp_path: Path) -> None:
    folder = write(tmp_path)
    file = folder / SCHOOL / "pack.yml"
    before = file.read_text(encoding="utf-8")
    file.write_text(before + STEP.replace("CLAUSES", "no-lessons"), encoding="utf-8")
    pack = Library.load(folder).pack(SCHOOL)
    assert next_steps(pack, "incident", "pupil", "staff")[0] == "The head looks into it."
    for clauses, fault in (("gone", "no clause has the id gone"), ("", "is empty")):
        file.write_text(before + STEP.replace("CLAUSES", clauses), encoding="utf-8")
        with pytest.raises(PackError, match=fault):
            Library.load(folder)


def test_a_step_is_part_of_the_pack_s_version(tmp_path: Path) -> None:
    folder = write(tmp_path)
    before = Library.load(folder).pack(SCHOOL).hash
    file = folder / SCHOOL / "pack.yml"
    text = file.read_text(encoding="utf-8") + STEP.replace("CLAUSES", "no-lessons")
    file.write_text(text, encoding="utf-8")
    assert Library.load(folder).pack(SCHOOL).hash != before


def test_no_step_is_in_the_policy_s_own_words(library: Library) -> None:
    known = read_fingerprints()
    for school in library.schools():
        for found in library.pack(school).next_steps.values():
            for step in found:
                assert shared_runs(step.says, known) == []
