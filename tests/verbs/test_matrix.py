"""`packs routes`: the table is what the rules for handing records on come to."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from bot.cases.records import KINDS, SEVERITIES, SUBJECTS, RecordKind, Subject
from bot.policy.library import Library
from bot.verbs.matrix import cells, matrix, routed

LIBRARY = Library.load(Path(__file__).parents[2] / "policy_content")


@pytest.mark.parametrize(
    ("school", "kind", "subject", "receives", "copied", "kept_out"),
    [
        ("welbeck", "contact-report", "parent", "head", "dsl", "-"),
        ("rosewood", "contact-report", "pupil", "dsl", "-", "-"),
        ("rosewood", "declaration", "parent", "slt", "-", "-"),
        ("blean", "declaration", "parent", "head", "-", "-"),
        ("longton", "declaration", "parent", "head", "-", "-"),
        ("welbeck", "account-application", "none", "slt", "-", "-"),
        ("longton", "account-application", "none", "head", "-", "-"),
        ("welbeck", "website-report", "none", "head, network-manager", "-", "-"),
        ("blean", "website-report", "none", "dsl", "-", "-"),
        ("merriott", "acknowledgement", "none", "slt", "-", "-"),
        ("merriott", "staff-concern", "staff", "head", "dsl", "-"),
        ("merriott", "staff-concern", "head", "chair-of-governors", "-", "head"),
        ("longton", "staff-concern", "dsl", "head", "-", "dsl"),
    ],
)
def test_who_receives_what(
    school: str, kind: RecordKind, subject: Subject, receives: str, copied: str, kept_out: str
) -> None:
    found = cells(routed(LIBRARY.pack(school), kind, subject))
    assert (*found[:2], *found[3:]) == (receives, copied, kept_out, "-")


@pytest.mark.parametrize(
    ("school", "kind", "subject", "behind"),
    [
        ("welbeck", "contact-report", "parent", "dsl, then deputy-dsl"),
        ("rosewood", "contact-report", "pupil", "deputy-dsl, then head"),
        ("merriott", "staff-concern", "staff", "chair-of-governors, then dsl"),
        ("merriott", "staff-concern", "head", "-"),
        ("longton", "staff-concern", "dsl", "chair-of-governors"),
    ],
)
def test_who_is_next_in_line(school: str, kind: RecordKind, subject: Subject, behind: str) -> None:
    assert cells(routed(LIBRARY.pack(school), kind, subject))[2] == behind


@pytest.mark.parametrize("school", LIBRARY.schools())
def test_how_much_it_presses_adds_the_safeguarding_lead_and_nothing_else(school: str) -> None:
    pack = LIBRARY.pack(school)
    for kind, subject in product(KINDS, SUBJECTS):
        calm, *pressing = (cells(routed(pack, kind, subject, one)) for one in SEVERITIES[::-1])
        for found in pressing:
            assert (found[0], *found[2:]) == (calm[0], *calm[2:])
            assert found[1] == calm[1] or (kind, found[1]) == ("website-report", "dsl")


def test_what_differs_by_severity_has_rows_of_its_own() -> None:
    lines = matrix(LIBRARY.pack("welbeck"))
    (row,) = [line for line in lines if line.startswith("website-report, serious")]
    assert row[lines[2].index("copied") : lines[2].index("next in line")].strip() == "dsl"
    assert not [line for line in matrix(LIBRARY.pack("blean")) if "website-report, " in line]


@pytest.mark.parametrize("school", LIBRARY.schools())
def test_the_table_has_every_kind_and_subject_once(school: str) -> None:
    pack = LIBRARY.pack(school)
    lines = matrix(pack)
    assert pack.school.name in lines[0]
    rows = lines[lines.index("") + 2 :]
    rows = rows[: rows.index("")]
    about = lines[2].index("about")
    named = [row[:about].strip() for row in rows if row[:about].strip()]
    assert [one for one in named if ", " not in one] == list(KINDS)
    end = lines[2].index("receives")
    told = [one for row in rows for one in row[about:end].strip().split(", ")]
    assert sorted(told) == sorted(list(SUBJECTS) * len(named))


@pytest.mark.parametrize("school", LIBRARY.schools())
def test_whoever_it_is_about_never_receives_it(school: str) -> None:
    for kind in KINDS:
        for subject in ("head", "dsl"):
            receives, copied, behind, kept_out, _ = cells(
                routed(LIBRARY.pack(school), kind, subject)
            )
            assert subject == kept_out
            assert subject not in receives.split(", ")
            assert subject not in copied.split(", ")
            assert subject not in behind.replace("then ", "").split(", ")
