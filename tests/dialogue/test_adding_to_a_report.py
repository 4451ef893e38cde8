"""After a report: what is added to it is sealed with it, its readers are told, and it can be asked
how it stands, by whoever made it and by nobody else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.cases.entries import Entry
from bot.dialogue.controls import RATHER_NOT
from bot.messages import Said
from bot.settings import Settings
from bot.store.keyring import unlock
from tests.conftest import Clock
from tests.dialogue.conversation import Conversation
from tests.dialogue.test_transcripts import of_school
from tests.store.readers import PASSPHRASE

LEASE = timedelta(minutes=1)
MORE = "He wrote again.\nAnd then once more."


def text(said: Said) -> str:
    return "\n".join(reply.text for reply in said.replies)


async def reported(talk: Conversation, name: str = "Ann, room 4") -> str:
    for answer in ("Report this contact", "A pupil", "Skip", "Skip", "Skip", "hello sir"):
        await talk.says(answer)
    for answer in ("That's all", "No", "Skip", name, "Send it"):
        said = await talk.says(answer)
    assert said.reference
    return said.reference


async def entries(talk: Conversation, reference: str) -> list[Entry]:
    assert talk.store is not None and talk.keys is not None
    case = await talk.store.casework.opened(reference, None, talk.keys.recovery)
    return [kept.entry for kept in case.entries]


async def on_their_way(talk: Conversation, channel: str) -> list[str]:
    """What is sent there now; it counts as sent then."""
    assert talk.store is not None
    found: list[str] = []
    while claimed := await talk.store.claim_outgoing("test", LEASE, channel, 20):
        for one in claimed:
            found.append(one.reply.text)
            await talk.store.sent(one)
    return found


async def test_more_is_added_when_it_is_finished_and_not_before(talk: Conversation) -> None:
    reference = await reported(talk)
    begun = await talk.says("I want to add something to my report")
    assert (begun.flow, begun.step) == ("addition", "what") and reference in text(begun)
    await talk.says(MORE)
    assert await entries(talk, reference) == []
    done = await talk.says("no, that's all")
    assert (done.flow, done.step, done.wiped) == ("addition", None, True)
    assert await entries(talk, reference) == [Entry("from-reporter", MORE)]
    # What was added has left the conversation's own memory.
    assert talk.store is not None
    assert b"wrote again" not in (await talk.store.memory(talk.name) or b"")


async def test_a_number_and_the_words_in_one_message_are_shown_first(talk: Conversation) -> None:
    reference = await reported(talk)
    shown = await talk.says(f"add to {reference.lower()}: he did it again on monday")
    assert "he did it again on monday" in text(shown)
    await talk.says("That's all")
    assert [one.text for one in await entries(talk, reference)] == ["he did it again on monday"]


async def test_adding_can_be_stopped(talk: Conversation) -> None:
    reference = await reported(talk)
    await talk.says("add to my report")
    await talk.says("something that I'd rather not have said")
    assert (await talk.says("stop")).wiped
    assert await entries(talk, reference) == []


async def test_of_several_reports_one_is_picked(talk: Conversation) -> None:
    first, second = await reported(talk), await reported(talk)
    asked = await talk.says("add to my report")
    titles = [button.title for reply in asked.replies for button in reply.buttons]
    assert len(titles) == 2 and titles[0].startswith(second)
    begun = await talk.says(titles[1])
    assert first in text(begun)
    await talk.says("one thing more")
    await talk.says("That's all")
    assert len(await entries(talk, first)) == 1 and await entries(talk, second) == []


async def test_another_chat_learns_nothing_of_a_report(talk: Conversation) -> None:
    reference = await reported(talk)
    stranger = replace(talk, name="test:stranger")
    nobody = await stranger.says("add to SP-2222-2222: me too")
    for message in (f"add to {reference}: me too", f"what about {reference}?"):
        refused = await stranger.says(message)
        assert text(refused).replace(reference, "") == text(nobody).replace("SP-2222-2222", "")
    assert "No report" in text(await stranger.says("has anyone seen my report?"))
    assert await entries(talk, reference) == []


async def test_how_a_report_stands_is_told_in_the_middle_of_another(talk: Conversation) -> None:
    reference = await reported(talk)
    await talk.says("Report a website")
    said = await talk.says("what about my report?")
    assert f"{reference}: received" in text(said)
    assert (said.flow, said.step) == ("website-report", "what")


async def test_a_proof_of_one_report_is_there_to_keep(talk: Conversation) -> None:
    first = await reported(talk)
    alone = text(await talk.says("what about my report?"))
    for said in ("PROOF OF WHAT WAS SENT", f"Number: {first}", "School: Welbeck", "Fingerprint: "):
        assert said in alone
    second = await reported(talk)
    both = text(await talk.says("what about my reports?"))
    assert first in both and second in both
    assert "PROOF" not in both and "by its number" in both
    one = text(await talk.says(f"what about {second}?"))
    assert f"Number: {second}" in one and first not in one


async def test_messages_go_both_ways_though_no_name_was_given(
    settings: Settings, clock: Clock, new_id: Callable[[], str], tmp_path: Path
) -> None:
    nameless = of_school(
        settings, {"school": "longton", "sets": {"anonymous_reports": True}}, tmp_path / "content"
    )
    talk = await Conversation(nameless, clock, new_id, "longton", "staff").opened()
    try:
        reference = await reported(talk, RATHER_NOT)
        assert talk.store is not None
        (lead,) = [one for one in await talk.store.readers("longton") if "dsl" in one.roles]
        private = unlock(await talk.store.reader_keys(lead.id), PASSPHRASE)
        work = talk.store.casework
        assert (await work.opened(reference, lead.id, private)).opened.record.told_by == "staff"
        await work.tell_reporter(reference, lead.id, private, "Which day was it?")
        assert any("Which day was it?" in one for one in await on_their_way(talk, "test"))
        await talk.says(f"{reference} it was on Monday")
        await talk.says("That's all")
        kinds = [one.kind for one in await entries(talk, reference)]
        assert kinds == ["to-reporter", "from-reporter"]
    finally:
        await talk.close()


async def test_whoever_holds_the_report_hears_that_there_is_more(talk: Conversation) -> None:
    await reported(talk)
    before = await on_their_way(talk, "email")
    await talk.says("add to my report: he did it again")
    await talk.says("That's all")
    told = await on_their_way(talk, "email")
    assert before and told and all("has added something" in one for one in told)
    assert not any("again" in one for one in told)
