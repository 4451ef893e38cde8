"""The short memory of a conversation leads to the same place as all that was ever said."""

from __future__ import annotations

import json
import warnings
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasa.shared.core.constants import ACTION_LISTEN_NAME, REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Event,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.dialogue.memory import EXCHANGES_KEPT, TurnMemory, pack, unpack
from bot.dialogue.training import DOMAIN
from bot.messages import Button

FORM = "contact-report"
SLOTS = ("contact_from", "contact_answered", "warned_of_edition", REQUESTED_SLOT)
WHO = "test:ann"


@cache
def domain() -> Domain:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # said of every domain with slots
        return Domain.load(str(DOMAIN))


def said(text: str) -> UserUttered:
    return UserUttered(text, {"name": "ask", "confidence": 1.0}, metadata={"school": "welbeck"})


changes = st.one_of(
    st.builds(
        SlotSet,
        st.sampled_from(SLOTS),
        st.one_of(st.none(), st.sampled_from(["pupil", "yes", "contact_from", "é “x”"])),
    ),
    st.sampled_from([None, FORM]).map(ActiveLoop),
    st.sampled_from([FORM, "action_answer"]).map(ActionExecuted),
    st.just(BotUttered("a reply")),
)
exchanges = st.builds(
    lambda text, between: [said(text), *between, ActionExecuted(ACTION_LISTEN_NAME)],
    st.text(max_size=20),
    st.lists(changes, max_size=5),
)


def standing(tracker: DialogueStateTracker) -> dict[str, Any]:
    """Where a conversation stands: all that rules and forms look at."""
    return {
        "slots": {name: slot.value for name, slot in tracker.slots.items()},
        "form": tracker.active_loop_name,
        "last": tracker.latest_action_name,
        "text": tracker.latest_message.text if tracker.latest_message else None,
    }


def follow(tracker: DialogueStateTracker, events: list[Event]) -> None:
    for event in events:
        tracker.update(event, domain())


@given(st.lists(exchanges, max_size=8))
@settings(max_examples=150, deadline=None)
def test_the_short_memory_leads_where_the_whole_conversation_does(turns: list[list[Event]]) -> None:
    whole = DialogueStateTracker(WHO, domain().slots)
    memory: bytes | None = None
    for events in turns:
        follow(whole, events)
        short, _ = unpack(memory, WHO, domain())
        follow(short, events)
        memory = pack(short, [], domain())
        again, _ = unpack(memory, WHO, domain())
        assert standing(again) == standing(short) == standing(whole)
        heard = [event for event in again.events if isinstance(event, UserUttered)]
        assert len(heard) <= EXCHANGES_KEPT


def test_a_thousand_turns_are_remembered_in_the_room_of_ten() -> None:
    memory: bytes | None = None
    sizes = []
    for number in range(1000):
        tracker, _ = unpack(memory, WHO, domain())
        follow(
            tracker,
            [
                said(f"question {number:04}"),
                ActiveLoop(FORM if number % 7 else None),
                SlotSet("contact_from", ("pupil", "parent")[number % 2]),
                BotUttered("a long reply " * 50),
                ActionExecuted(ACTION_LISTEN_NAME),
            ],
        )
        memory = pack(tracker, [Button("Yes", "/yes")], domain())
        sizes.append(len(memory))
    assert max(sizes[10:]) <= 1.1 * max(sizes[:10])
    assert max(sizes) < 10_000


def test_a_new_conversation_is_empty() -> None:
    tracker, buttons = unpack(None, WHO, domain())
    assert (list(tracker.events), buttons) == ([], ())
    assert tracker.sender_id == WHO


def test_the_offered_buttons_come_back() -> None:
    tracker, _ = unpack(None, WHO, domain())
    follow(tracker, [said("hello"), ActionExecuted(ACTION_LISTEN_NAME)])
    offered = (Button("Yes “sure”", '/choose{"choice": "yes"}'), Button("No", "/no"))
    assert unpack(pack(tracker, offered, domain()), WHO, domain())[1] == offered


def test_what_the_bot_said_is_not_remembered() -> None:
    tracker, _ = unpack(None, WHO, domain())
    follow(tracker, [said("hello"), BotUttered("sentinel"), ActionExecuted(ACTION_LISTEN_NAME)])
    assert b"sentinel" not in pack(tracker, [], domain())


def test_what_was_said_long_ago_is_not_kept() -> None:
    memory: bytes | None = None
    for text in ("sentinel", *("later",) * EXCHANGES_KEPT):
        tracker, _ = unpack(memory, WHO, domain())
        follow(tracker, [said(text), ActionExecuted(ACTION_LISTEN_NAME)])
        memory = pack(tracker, [], domain())
    assert memory is not None
    assert b"sentinel" not in memory
    assert len(json.loads(memory)["events"]) < 10


async def test_rasa_is_given_the_turn_that_is_under_way() -> None:
    store = TurnMemory()
    mine, yours = (DialogueStateTracker(who, domain().slots) for who in ("me", "you"))
    store.begin("me", mine)
    store.begin("you", yours)
    assert await store.retrieve("me") is mine
    await store.save(yours)
    assert store.end("you") is yours
    assert store.end("you") is None
    with pytest.raises(KeyError):
        await store.retrieve("you")
