"""Reports and applications that this bot can't take yet: it says so, and who takes them.

Somebody who writes "I want to report this" has decided to act. The worst reply would be to
misunderstand; the next worst, to seem to have taken the report.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.dialogue.actions.asking import Events, carry_on
from bot.dialogue.actions.policy import FromPolicy
from bot.dialogue.actions.speaker import speaker
from bot.dialogue.payloads import as_rasa, pressing
from bot.messages import Button
from bot.policy.schema import Flow
from bot.policy.wording import DANGER

RULES: Mapping[Flow, str] = {
    "incident": "reporting-a-concern",
    "declaration": "declaring-a-tie",
    "account-application": "account-application",
    "permission": "controversial-posts",
    "website-report": "inappropriate-website",
    "staff-concern": "staff-concern",
    "acknowledgement": "where-is-policy",
}
"""The topic that tells what the policy says about each."""

NOT_YET = (
    "I can't take that here yet, and I haven't kept or sent anything. Please go to {teller} "
    "yourself, today if you can. I can tell you what the policy says about it."
)


class NotYet(FromPolicy):
    def name(self) -> str:
        return "action_not_yet"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        person, library = speaker(tracker), self._library()
        flow: Flow = tracker.latest_message["intent"]["name"]
        topic = library.topics.by_slug[RULES[flow]]
        teller = library.told(person.school, flow, "other")
        if person.role == "parent":
            teller = library.asked(person.school, person.role)
        dispatcher.utter_message(
            text="\n\n".join([NOT_YET.format(teller=teller), DANGER]),
            buttons=as_rasa([Button(topic.title, pressing("topic", topic.slug))], self._flows),
            json_message={"outcome": "flow", "flow": flow},
        )
        return carry_on(tracker)
