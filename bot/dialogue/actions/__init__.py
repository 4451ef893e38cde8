"""What the bot does: Rasa's custom actions, by topic, each given what it needs."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from rasa.shared.core.domain import Domain
from rasa_sdk import Action

from bot.dialogue.actions import answers, asking, browsing, contact_report, doubts, flows_to_come
from bot.dialogue.questions import questions_of
from bot.policy.library import Library


def all_actions(
    domain: Domain,
    library: Callable[[], Library],
    today: Callable[[], datetime.date],
    search: doubts.Search,
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
            flows_to_come.NotYet,
        )
    ]
    searching = [
        action(library, today, flows, search) for action in (doubts.Unknown, doubts.NotThis)
    ]
    reading = [asking.ReadAnswer(flow, questions_of(flow, domain.responses)) for flow in flows]
    reporting = [contact_report.Begin(library), contact_report.Finish(library)]
    return [*policy, *searching, *reading, *reporting, asking.CarryOn(), asking.Cancel()]
