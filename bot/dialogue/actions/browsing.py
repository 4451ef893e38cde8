"""The topics as a menu, for those who would rather look than ask."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.dialogue.actions.asking import carry_on
from bot.dialogue.actions.policy import FromPolicy
from bot.dialogue.actions.speaker import Speaker, speaker
from bot.dialogue.payloads import as_rasa, pressing
from bot.dialogue.sheet import Events
from bot.messages import Button
from bot.policy.schema import Group

GROUPS = "What is it about?"
TOPICS = "{title}: which of these?"


class Browse(FromPolicy):
    """Without a group it offers the groups; with one, the topics of it."""

    def name(self) -> str:
        return "action_browse"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        groups = {group.slug: group for group in self._library().topics.groups}
        group = groups.get(next(tracker.get_latest_entity_values("group"), ""))
        buttons = _topics(group, speaker(tracker)) if group else _groups(groups.values())
        dispatcher.utter_message(
            text=TOPICS.format(title=group.title) if group else GROUPS,
            buttons=as_rasa(buttons, self._flows),
            json_message={"outcome": "chat"},
        )
        return carry_on(tracker)


def _groups(groups: Iterable[Group]) -> list[Button]:
    return [Button(group.title, pressing("group", group.slug)) for group in groups]


def _topics(group: Group, person: Speaker) -> list[Button]:
    return [
        Button(topic.title, pressing("topic", topic.slug))
        for topic in group.topics
        if topic.audience in ("both", person.role)
    ]
