"""What the bot does: Rasa's custom actions, by topic, each given what it needs."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping

from rasa.shared.core.domain import Domain
from rasa_sdk import Action

from bot.dialogue.actions import (
    acknowledging,
    adding,
    answers,
    asking,
    browsing,
    doubts,
    leaving,
    reporting,
)
from bot.dialogue.actions.reporting import Reporting
from bot.dialogue.flows import ADDITION
from bot.dialogue.form import Form
from bot.dialogue.lasting import Search
from bot.policy.library import Library

OWN: Mapping[str, tuple[type[Action], ...]] = {
    acknowledging.FLOW: (
        acknowledging.BeginAcknowledgement,
        acknowledging.ConfirmAcknowledgement,
        acknowledging.FinishAcknowledgement,
    ),
    ADDITION: (adding.BeginAddition, adding.FinishAddition),
}
"""Flows whose ends differ from those of all others."""


def all_actions(
    domain: Domain,
    library: Callable[[], Library],
    today: Callable[[], datetime.date],
    search: Search,
    ends: Reporting,
) -> list[Action]:
    """Every action that the domain names; a test holds the two lists together."""
    flows = list(domain.form_names)
    policy = [
        action(library, today, flows)
        for action in (
            answers.Answer,
            answers.Outside,
            answers.WhomToTell,
            answers.WhereItStands,
            answers.Pupil,
            browsing.Browse,
            doubts.Clarify,
        )
    ]
    searching = [
        action(library, today, flows, search) for action in (doubts.Unknown, doubts.NotThis)
    ]
    forms = [Form.of(flow, domain) for flow in flows]
    reading = [
        asking.ReadAnswer(form, ends.now) for form in forms if form.flow != acknowledging.FLOW
    ]
    at_the_ends = [
        end(form, library, ends)
        for form in forms
        for end in OWN.get(form.flow, (reporting.Begin, reporting.AskConfirm, reporting.Finish))
    ]
    scenarios = [
        action
        for form in forms
        if form.flow == acknowledging.FLOW
        for action in (
            acknowledging.ReadScenario(form, ends.now, library),
            *(acknowledging.AskScenario(form, slot, library) for slot in acknowledging.SLOTS),
        )
    ]
    leaves = [leaving.Cancel(), leaving.Save(ends.draft_hours), leaving.TakeUp()]
    others = [asking.CarryOn(), adding.MyReports(library, ends)]
    return [*policy, *searching, *reading, *scenarios, *at_the_ends, *others, *leaves]
