"""Whoever covers receives beside who is away, and never what is about themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.cases import Reader, SchoolRoutes, hand_over, route
from bot.cases.routing import Route
from tests.cases.people import CHAIR, DEPUTY, HEAD, LEAD, LEADERS, NETWORK, record

INCIDENT = record("incident", "pupil")


def routed(*readers: Reader, **about: str) -> Route:
    told = record(about.get("kind", "incident"), about.get("subject", "pupil"))  # type: ignore[arg-type]
    return route(told, readers, {"pupil": "dsl"})


def numbers(readers: tuple[Reader, ...]) -> list[int]:
    return [one.id for one in readers]


AWAY = replace(LEAD, away=True, cover=LEADERS.id)
OFF = replace(LEAD, off=True, cover=LEADERS.id)


@pytest.mark.parametrize("lead", [AWAY, OFF])
def test_cover_receives_beside_whoever_is_not_there(lead: Reader) -> None:
    found = routed(lead, DEPUTY, HEAD, LEADERS)
    assert numbers(found.receivers) == [LEAD.id, LEADERS.id]
    assert found.behind == ((DEPUTY,), (HEAD,))


def test_without_cover_the_next_in_line_receives() -> None:
    found = routed(replace(LEAD, away=True), DEPUTY, HEAD, LEADERS)
    assert numbers(found.receivers) == [LEAD.id, DEPUTY.id]


def test_who_is_there_needs_no_cover_and_may_need_it_later() -> None:
    found = routed(replace(LEAD, cover=LEADERS.id), DEPUTY, HEAD, LEADERS)
    assert numbers(found.receivers) == [LEAD.id]
    assert [numbers(step) for step in found.behind] == [[DEPUTY.id, LEADERS.id], [HEAD.id]]
    alone = routed(replace(LEAD, cover=NETWORK.id), NETWORK)
    assert [numbers(step) for step in alone.behind] == [[NETWORK.id]]


def test_cover_of_cover_is_followed_to_who_is_there() -> None:
    gone = replace(LEADERS, away=True, cover=NETWORK.id)
    assert numbers(routed(AWAY, gone, NETWORK, DEPUTY).receivers) == [LEAD.id, NETWORK.id]
    ring = replace(LEADERS, away=True, cover=LEAD.id)
    assert numbers(routed(AWAY, ring, DEPUTY).receivers) == [LEAD.id, DEPUTY.id]
    left = replace(AWAY, cover=99)
    assert numbers(routed(left, DEPUTY).receivers) == [LEAD.id, DEPUTY.id]


def test_cover_has_a_key() -> None:
    readers = (AWAY, DEPUTY, LEADERS)
    handover = hand_over(INCIDENT, readers, SchoolRoutes("Oakfield", {}))
    assert LEADERS in handover.holders


def test_cover_gets_the_leads_copy() -> None:
    found = routed(
        replace(LEAD, away=True, cover=NETWORK.id),
        HEAD,
        NETWORK,
        kind="staff-concern",
        subject="staff",
    )
    assert numbers(found.copied) == [LEAD.id, NETWORK.id]


def test_cover_never_has_what_is_about_them() -> None:
    head = replace(HEAD, away=True, cover=LEAD.id)
    about = record("staff-concern", "dsl")
    found = route(about, (head, LEAD, CHAIR), {})
    assert LEAD in found.excluded
    assert numbers(found.receivers) == [HEAD.id, CHAIR.id]
