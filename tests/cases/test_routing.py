"""Each record reaches whom it must, and never whom it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cases import Handover, NewRecord, Reader, RecordKind, Route, SchoolRoutes, hand_over, route
from bot.cases.cover import is_here
from bot.cases.people import ROLES
from bot.cases.records import KINDS, SEVERITIES, SUBJECTS
from bot.cases.routing import FIRST_HELP, IN_LINE, Outside
from tests.cases.people import (
    CHAIR,
    DEPUTY,
    EVERYONE,
    HEAD,
    LEAD,
    LEADERS,
    NETWORK,
    SCHOOL,
    reader,
    record,
)

SITE = record("website-report", severity="routine")
BOTH = reader(7, "Ian Rowden", "head", "dsl")


def ids(readers: tuple[Reader, ...]) -> set[int]:
    return {one.id for one in readers}


@pytest.mark.parametrize(
    ("of", "readers", "routes", "receivers", "copied"),
    [
        # What the policy says, with the safeguarding lead beside it where a child may be at risk.
        (record("incident", "pupil"), EVERYONE, {"pupil": "slt"}, [LEADERS], [LEAD]),
        (record("contact-report", "parent"), EVERYONE, {"parent": "head"}, [HEAD], [LEAD]),
        (record("contact-report", "parent"), EVERYONE, {"pupil": "head"}, [LEAD], []),
        (record("permission", "none"), EVERYONE, {"other": "head"}, [HEAD], []),
        (record("permission", "staff"), EVERYONE, {"staff": "slt"}, [LEADERS], []),
        # A site is decided on and blocked by two people, at once; whom else a policy names has it.
        (SITE, EVERYONE, {"other": "network-manager"}, [NETWORK, HEAD], []),
        (SITE, EVERYONE, {"other": "head"}, [HEAD, NETWORK], []),
        (SITE, (HEAD, LEAD), {"other": "head"}, [HEAD], []),
        (SITE, (NETWORK, LEAD), {"other": "head"}, [LEAD], []),
        (SITE, EVERYONE, {"other": "dsl"}, [LEAD], []),
        # Where a child is frightened of what came up, the safeguarding lead has it as well.
        (record("website-report"), EVERYONE, {"other": "head"}, [HEAD, NETWORK], [LEAD]),
        (record("website-report"), EVERYONE, {"other": "dsl"}, [LEAD], []),
        (record("permission"), EVERYONE, {"other": "head"}, [HEAD], []),
        # Where nobody holds the policy's role, the next in line.
        (record("incident", "pupil"), (HEAD, CHAIR), {"pupil": "teacher"}, [HEAD], []),
        (record("incident", "pupil"), (DEPUTY, HEAD), {"pupil": "slt"}, [DEPUTY], []),
        (record("incident", "pupil"), (CHAIR, LEADERS), {}, [CHAIR], []),
        (record("incident", "pupil"), (LEADERS,), {}, [LEADERS], []),
        (record("incident", "pupil"), (HEAD, DEPUTY), {"pupil": "head"}, [HEAD], [DEPUTY]),
        # Urgent: everybody who can help, at once.
        (record("urgent", "pupil"), EVERYONE, {}, [LEAD, DEPUTY, HEAD], []),
        (record("urgent", "staff"), EVERYONE, {}, [LEAD, DEPUTY, HEAD], []),
        (record("urgent", "head"), EVERYONE, {}, [LEAD, DEPUTY, CHAIR], []),
        (record("urgent", "dsl"), EVERYONE, {}, [DEPUTY, HEAD], []),
        (record("urgent", "pupil"), (CHAIR, LEADERS), {}, [CHAIR], []),
        # About staff.
        (record("staff-concern", "staff"), EVERYONE, {"staff": "head"}, [HEAD], [LEAD]),
        (record("incident", "staff"), EVERYONE, {"staff": "slt"}, [HEAD], [LEAD]),
        (record("staff-concern", "staff", "Ian Rowden"), EVERYONE, {}, [CHAIR], []),
        (record("staff-concern", "staff", "Lucy Coull"), EVERYONE, {}, [HEAD], []),
        (record("staff-concern", "staff", "K. Satterley"), EVERYONE, {}, [HEAD], [LEAD]),
        (record("staff-concern", "staff"), (LEAD, CHAIR), {}, [CHAIR], [LEAD]),
        (record("staff-concern", "staff"), (LEAD,), {}, [LEAD], []),
        # About the headteacher: the chair, and nobody whom the headteacher leads.
        (record("staff-concern", "head"), EVERYONE, {"staff": "head"}, [CHAIR], []),
        (record("staff-concern", "other", "the Headteacher"), EVERYONE, {}, [CHAIR], []),
        # About the safeguarding lead: the headteacher; the chair where they are one person.
        (record("staff-concern", "dsl"), EVERYONE, {}, [HEAD], []),
        (record("staff-concern", "dsl"), (BOTH, CHAIR, DEPUTY), {}, [CHAIR], []),
        (record("staff-concern", "head"), (BOTH, CHAIR, DEPUTY), {}, [CHAIR], []),
        (record("staff-concern", "other", "Miss Coull"), EVERYONE, {}, [HEAD], []),
        (record("urgent", "none", "Miss Coull"), EVERYONE, {}, [DEPUTY, HEAD], []),
        # Nobody was asked who it is about: by their whole name they are found in the words.
        (record("urgent", words="lucy coull hits him"), EVERYONE, {}, [DEPUTY, HEAD], []),
        (
            record("urgent", words="Kara Satterley said she'd hurt me. I told Lucy Coull."),
            EVERYONE,
            {},
            [LEAD, HEAD],
            [],
        ),
        # A pupil with the headteacher's surname: next in line, as with any other pupil.
        (record("incident", "pupil", "Tom Rowden"), EVERYONE, {"pupil": "head"}, [LEAD], []),
    ],
)
def test_who_receives_and_who_has_a_copy(
    of: NewRecord,
    readers: tuple[Reader, ...],
    routes: Mapping[str, str],
    receivers: list[Reader],
    copied: list[Reader],
) -> None:
    found = route(of, readers, routes)
    assert (list(found.receivers), list(found.copied)) == (receivers, copied)
    assert found.outside == ()


@pytest.mark.parametrize(
    ("of", "readers", "outside"),
    [
        (record("staff-concern", "head"), (LEAD, HEAD), ("chair-of-governors", "lado")),
        (record("staff-concern", "dsl"), (BOTH,), ("chair-of-governors", "lado")),
        (record("staff-concern", "head", "Mr Samuelson"), EVERYONE, ("lado",)),
        (record("urgent", "pupil"), (NETWORK,), ("chair-of-governors", "lado")),
        (record("incident", "pupil"), (), ("chair-of-governors", "lado")),
    ],
)
def test_when_nobody_may_have_it_the_way_outside_is_named(
    of: NewRecord, readers: tuple[Reader, ...], outside: tuple[Outside, ...]
) -> None:
    found = route(of, readers, {"staff": "head", "pupil": "dsl"})
    assert (found.receivers, found.copied, found.outside) == ((), (), outside)


def test_one_person_entered_twice_is_kept_out_of_both() -> None:
    as_lead = reader(8, "IAN  ROWDEN", "dsl")
    found = route(record("staff-concern", "head"), (HEAD, as_lead, CHAIR), {})
    assert ids(found.excluded) == {HEAD.id, as_lead.id}
    assert ids(found.receivers) == {CHAIR.id}


@pytest.mark.parametrize(
    ("of", "behind", "holders"),
    [
        (record("incident", "pupil"), [(DEPUTY,), (HEAD,)], {LEAD, DEPUTY, HEAD}),
        (record("urgent", "pupil"), [(CHAIR,), (LEADERS,)], set(EVERYONE) - {NETWORK}),
        (record("permission", severity="routine"), [(DEPUTY,), (HEAD,)], {LEAD}),
        # Who has a copy takes over when it is their turn.
        (record("staff-concern", "staff"), [(CHAIR,), (LEAD,)], {HEAD, CHAIR, LEAD}),
        # Nobody whom the headteacher leads, and nobody whom the lead leads.
        (record("staff-concern", "head"), [], {CHAIR}),
        (record("staff-concern", "dsl"), [(CHAIR,)], {HEAD, CHAIR}),
        (record("staff-concern", "staff", "Ian Rowden"), [], {CHAIR}),
    ],
)
def test_who_takes_over_is_the_next_in_line_and_has_a_key_where_it_matters(
    of: NewRecord, behind: list[tuple[Reader, ...]], holders: set[Reader]
) -> None:
    handover = hand_over(of, EVERYONE, SchoolRoutes("Oakfield", {}))
    assert list(handover.route.behind) == behind
    assert set(handover.holders) == holders


def test_another_schools_readers_get_nothing() -> None:
    elsewhere = replace(LEAD, school="elmtree")
    assert route(record("urgent", "pupil"), (elsewhere,), {}).receivers == ()


def test_while_somebody_is_away_they_receive_with_the_next_in_line() -> None:
    away = replace(LEAD, away=True)
    assert route(record(), (away, DEPUTY, HEAD), {}).receivers == (away, DEPUTY)
    assert route(record(), (away,), {}).receivers == (away,)
    second = reader(9, "Jane Williams", "dsl")
    assert route(record(), (away, second, DEPUTY), {}).receivers == (away, second)


def test_a_packs_routes_are_taken_by_kind() -> None:
    school = SchoolRoutes("Oakfield", {"incident": {"pupil": "slt"}})
    handover = hand_over(record("incident", "pupil"), EVERYONE, school)
    assert handover.route.receivers == (LEADERS,)
    assert handover.school_name == "Oakfield"
    assert hand_over(record("declaration"), EVERYONE, school).route.receivers == (LEAD,)


GIVEN = ("Ian", "Lucy", "Kara", "Zoë", "Head")
SURNAMES = ("Rowden", "Coull", "O'Brien", "Smith-Jones", "van der Berg", "Ng")
FULL_NAMES = tuple(f"{given} {surname}" for given in GIVEN for surname in SURNAMES)
POSTS = (*combinations(ROLES, 1), *combinations(ROLES, 2), *combinations(ROLES, 3))
# One draw for each person, since ten thousand schools are drawn up.
ANYBODY = tuple(
    Reader(0, school, name, frozenset(posts), away)
    for name in FULL_NAMES
    for posts in POSTS
    for away in (False, True)
    for school in (SCHOOL, SCHOOL, SCHOOL, "elmtree")
)
MOST = 6
STANDS_IN = (None, None, *range(1, MOST + 1))
"""By whom somebody may be covered: nobody, or whoever has that number, if anybody has."""
COVERS = tuple((by, off) for by in STANDS_IN for off in (False, True))


def staffed(found: list[Reader], drawn: int) -> list[Reader]:
    """`drawn` says of each in turn who covers for them and whether they are off today."""
    readers = []
    for number, one in enumerate(found, 1):
        drawn, which = divmod(drawn, len(COVERS))
        by, off = COVERS[which]
        readers.append(replace(one, id=number, cover=by, off=off))
    return readers


full_names = st.sampled_from(FULL_NAMES)
schools = st.builds(
    staffed,
    st.lists(st.sampled_from(ANYBODY), max_size=MOST),
    st.integers(0, len(COVERS) ** MOST - 1),
)
any_role = st.sampled_from((*ROLES, "teacher", "governors", "office"))
any_routes = st.dictionaries(st.sampled_from(SUBJECTS), any_role, max_size=4)
ANYTHING = tuple(
    record(kind, subject, severity=severity)
    for kind in KINDS
    for subject in SUBJECTS
    for severity in SEVERITIES
)
unnamed = st.sampled_from(ANYTHING)
called = st.sampled_from(
    ("{}", "Mr {}", "mrs {}, who teaches year 4", "@mr{}", "I think it was {}.")
)


def reached(found: Route) -> set[int]:
    """Whoever may ever hear of it."""
    behind = {one.id for step in found.behind for one in step}
    return ids(found.receivers) | ids(found.copied) | behind


def sound(found: Route, of: NewRecord, readers: list[Reader]) -> None:
    """What holds of every route, whatever it is about."""
    assert not reached(found) & ids(found.excluded)
    assert not ids(found.receivers) & ids(found.copied)
    behind = [one for step in found.behind for one in step]
    first = ids(found.receivers) | ids(found.copied)
    assert len(found.receivers) + len(found.copied) == len(first)
    assert len(behind) == len({one.id for one in behind})
    assert not ids(found.receivers) & {one.id for one in behind}
    everybody = (*found.receivers, *found.copied, *behind)
    assert all(one.school == of.school for one in everybody)
    assert ids(Handover(of, found, "").holders) <= {one.id for one in everybody}
    may = {one.id: one for one in readers if one.school == of.school and one not in found.excluded}
    for absent in (one for one in found.receivers if not is_here(one)):
        # Whoever stands in receives beside them, unless it is about whoever stands in.
        stands_in = may.get(absent.cover or 0)
        assert stands_in is None or not is_here(stands_in) or stands_in in found.receivers
    about = {one.name for one in readers if of.subject in one.roles and one.school == of.school}
    for one in readers:
        # Also where somebody who holds the post was entered a second time for another one.
        assert one.name not in about or one.id not in reached(found)
    # Somebody receives it, or the way outside is named, and it is sealed to the recovery key.
    assert bool(found.receivers) != bool(found.outside)


@settings(max_examples=2_000, deadline=None)
@given(unnamed, schools, any_routes)
def test_a_post_that_it_is_about_never_receives(
    of: NewRecord, readers: list[Reader], routes: dict[str, str]
) -> None:
    found = route(of, readers, routes)
    sound(found, of, readers)
    may = [one for one in readers if one.school == of.school and one not in found.excluded]
    if of.kind == "urgent":
        assert ids(found.receivers) >= {one.id for one in may if one.roles & set(FIRST_HELP)}
    if of.subject not in ("head", "dsl", "staff") and any(one.roles & set(IN_LINE) for one in may):
        assert found.receivers


@settings(max_examples=10_000, deadline=None)
@given(unnamed, schools, any_routes, called, st.data())
def test_a_person_who_is_named_never_receives(
    of: NewRecord, readers: list[Reader], routes: dict[str, str], form: str, data: st.DataObject
) -> None:
    name = data.draw(full_names)
    surname = name.split(maxsplit=1)[1]
    said = data.draw(st.sampled_from((name, surname, surname.upper(), name.replace("ë", "e"))))
    if form.startswith("@"):
        said = surname.replace(" ", "").replace("'", "").replace("-", "")
        surname = surname if " " not in surname else "no account is called so"
    of = replace(of, named=("somebody else", form.format(said)))
    found = route(of, readers, routes)
    sound(found, of, readers)
    for one in readers:
        assert one.name.split(maxsplit=1)[1] != surname or one.id not in reached(found)


def test_kinds_are_the_flows_of_the_packs() -> None:
    from typing import get_args

    from bot.policy import schema

    flows: set[RecordKind] = set(get_args(schema.Flow))
    assert set(KINDS) == {"urgent", *flows}
    assert set(get_args(schema.Subject)) == set(SUBJECTS) - {"none"}
    assert set(ROLES) <= set(get_args(schema.Role))
