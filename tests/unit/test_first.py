"""Help first: what a message in danger is told, whatever else is going on or broken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.cases.people import Reader
from bot.cases.records import NewRecord
from bot.cases.routing import Route, route
from bot.errors import ModelError, StoreError
from bot.first import (
    ADDED,
    CANT,
    GO_ON,
    IN_DOUBT,
    NO,
    NO_FILES,
    NOT_YET_FILES,
    UNSAVED,
    YES,
    HelpFirst,
)
from bot.first import (
    DANGER as PRESSED,
)
from bot.language.urgent.detector import Detector
from bot.messages import Arrival, Attachment, Reply, Role, Said
from bot.on_telegram import before_others
from bot.policy.library import Library

DOUBTFUL = "is it in the policy that a girl in my class says she wants to die"
"""Words of danger, and others that take them back."""

PICTURE = Attachment("picture", "a-handle")
DANGER = "a girl in my class says she wants to die"
IMAGE = "he has sent her nudes round the whole of year 9"
READERS = (
    Reader(1, "welbeck", "Ann Lee", frozenset(["dsl"])),
    Reader(2, "welbeck", "Bo Hill", frozenset(["head"])),
)
BY_THE_HEAD = "the headteacher keeps messaging a girl in year 9 at night and it's a secret"


@dataclass
class Talk:
    """A dialogue that repeats what it hears, inside a form or not; the memory says which."""

    heard: list[str] = field(default_factory=list)
    outcome: str = "unknown"
    steering: tuple[str, ...] = ("That's all", "back")

    async def respond(self, arrival: Arrival, memory: bytes | None) -> tuple[Said, bytes]:
        self.heard.append(arrival.text)
        said = Said((Reply(f"heard {arrival.text}"),), self.outcome)  # type: ignore[arg-type]
        return replace(said, wiped=arrival.text == "Stop"), memory or b"talk"

    async def resume(self, arrival: Arrival, memory: bytes | None) -> tuple[Said, bytes]:
        replies = (Reply("Question 1 of 2"),) if self.standing(memory) else ()
        return Said(replies, "flow"), memory or b"talk"

    def standing(self, memory: bytes | None) -> tuple[str, str] | None:
        return ("contact-report", "contact_from") if memory == b"form" else None

    def has_draft(self, memory: bytes | None) -> bool:
        return self.standing(memory) is not None

    def steers(self, text: str, memory: bytes | None) -> bool:
        return text in self.steering

    def files_so_far(self, memory: bytes | None) -> int | None:
        return 0 if memory == b"evidence" else None

    async def attach(
        self, arrival: Arrival, memory: bytes | None, files: int
    ) -> tuple[Said, bytes]:
        return Said((Reply(f"kept {files}"),), "flow"), memory or b"talk"


class Chat:
    """One conversation, that goes on with what was remembered."""

    def __init__(
        self, library: Library, *, readers: Sequence[Reader] = READERS, talk: Talk | None
    ) -> None:
        async def routed(record: NewRecord) -> Route | None:
            return route(record, readers, {}) if readers else None

        self.talk = talk
        self.memory: bytes | None = None
        self.first = HelpFirst(
            talk,
            Detector(None, None),
            lambda: library,
            routed=routed,
            new_reference=lambda: "SP-TEST-CASE",
        )

    async def says(
        self, text: str, *, role: Role = "staff", files: tuple[Attachment, ...] = ()
    ) -> Said:
        arrival = Arrival("test", "1", "test:1", "welbeck", role, text, files)
        said, self.memory = await self.first.respond(arrival, self.memory)
        return said


def text(said: Said) -> str:
    return "\n".join(reply.text for reply in said.replies)


def buttons(said: Said) -> Sequence[str]:
    return [button.title for reply in said.replies for button in reply.buttons]


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.load(Path(__file__).parents[2] / "policy_content")


@pytest.fixture
def chat(library: Library) -> Chat:
    return Chat(library, talk=Talk())


async def test_what_is_not_urgent_goes_to_the_dialogue_and_leaves_no_trace(chat: Chat) -> None:
    assert text(await chat.says("can i post photos of the fair?")).startswith("heard can i")
    assert chat.memory == b"talk"


async def test_in_doubt_the_answer_comes_with_a_way_to_help_before_it(chat: Chat) -> None:
    said = await chat.says(DOUBTFUL)
    assert [reply.text for reply in said.replies] == [IN_DOUBT, f"heard {DOUBTFUL}"]
    assert (said.outcome, buttons(said)) == ("unknown", [PRESSED])

    said = await chat.says(PRESSED)
    assert said.outcome == "urgent" and "call 999" in said.replies[0].text
    said = await chat.says(YES)
    assert said.record is not None and said.record.words == DOUBTFUL


async def test_in_doubt_nothing_is_answered_before_a_group(chat: Chat) -> None:
    assert before_others(await chat.says(DOUBTFUL)).outcome == "urgent"
    assert before_others(await chat.says("can i post photos of the fair?")).outcome == "unknown"


async def test_whoever_goes_on_is_not_asked_about_it_again(chat: Chat) -> None:
    await chat.says(DOUBTFUL)
    assert buttons(await chat.says("thanks, who is the DSL?")) == []
    assert chat.memory == b"talk"
    assert (await chat.says(PRESSED)).outcome != "urgent", "its message is no longer there"


async def test_in_doubt_a_form_goes_on(library: Library) -> None:
    chat = Chat(library, talk=Talk(outcome="flow"))
    chat.memory = b"form"
    said = await chat.says(DOUBTFUL)
    assert said.outcome == "flow" and len(said.replies) == 2
    said = await chat.says(PRESSED)
    assert (said.flow, buttons(said)[-1]) == ("contact-report", GO_ON)


async def test_when_a_form_is_wiped_what_was_in_doubt_is_wiped_too(library: Library) -> None:
    chat = Chat(library, talk=Talk(outcome="flow"))
    chat.memory = b"form"
    await chat.says(DOUBTFUL)
    assert DOUBTFUL.encode() in (chat.memory or b"")
    await chat.says("Stop")
    assert chat.memory == b"form"


async def test_help_comes_first_and_then_one_question(chat: Chat) -> None:
    said = await chat.says(DANGER)
    assert said.outcome == "urgent" and chat.talk is not None and not chat.talk.heard
    assert len(said.replies) == 2
    assert "call 999" in said.replies[0].text
    assert said.replies[1].text.startswith(
        "Shall I tell the designated safeguarding lead (DSL) and the headteacher now?"
    )
    assert buttons(said) == [YES, NO]


@pytest.mark.parametrize("answer", [YES, "yes", "Yes please!", "tell them"])
async def test_yes_makes_a_record_of_what_was_said_already(chat: Chat, answer: str) -> None:
    await chat.says(DANGER)
    said = await chat.says(answer)
    assert said.record is not None
    assert (said.record.kind, said.record.severity) == ("urgent", "immediate")
    assert said.record.words == DANGER
    assert said.record.reference == said.reference == "SP-TEST-CASE"
    assert "SP-TEST-CASE" in text(said) and "in person" in text(said)
    assert "seen" in text(said) and "can't tell you yet" in text(said)


async def test_what_is_added_goes_along(chat: Chat) -> None:
    await chat.says(DANGER)
    more = await chat.says("her name begins with K and she is in 9B")
    assert text(more).startswith(ADDED[:40]) and more.record is None
    said = await chat.says("yes")
    assert said.record is not None
    assert said.record.words.splitlines() == [DANGER, "her name begins with K and she is in 9B"]


async def test_words_that_only_steer_are_not_passed_on(chat: Chat) -> None:
    chat.memory = b"form"
    await chat.says(DANGER)
    for steers in ("That's all", "back"):
        said = await chat.says(steers)
        assert "haven't added" in text(said) and said.record is None
    said = await chat.says("yes")
    assert said.record is not None and said.record.words == DANGER


async def test_the_form_can_be_gone_on_with_until_the_question_is_settled(chat: Chat) -> None:
    chat.memory = b"form"
    for message in (DANGER, "her name begins with K", "back", "she is in 9B"):
        said = await chat.says(message)
        assert GO_ON in [button.title for button in said.replies[-1].buttons], message
    assert text(await chat.says(GO_ON)).endswith("Question 1 of 2")


async def test_no_keeps_nothing_from_happening_later(chat: Chat) -> None:
    await chat.says(DANGER)
    assert "haven't passed anything on" in text(await chat.says("No"))
    assert (await chat.says("tell them")).record is not None


async def test_however_much_is_added_the_first_message_stays(chat: Chat) -> None:
    await chat.says(DANGER)
    for number in range(60):
        await chat.says(f"and another thing, number {number}")
    record = (await chat.says("yes")).record
    assert record is not None
    said = record.words.splitlines()
    assert (said[0], said[-1], len(said)) == (DANGER, "and another thing, number 59", 50)


async def test_memory_of_another_version_does_not_silence_the_bot(chat: Chat) -> None:
    chat.memory = b'{"first":{"words":["x"],"since":1}}\ntalk'
    assert text(await chat.says("can i post photos?")) == "heard can i post photos?"


async def test_an_ordinary_question_in_between_is_answered(chat: Chat) -> None:
    assert chat.talk is not None
    await chat.says(DANGER)
    chat.talk.outcome = "answer"
    assert text(await chat.says("who is the dsl?")) == "heard who is the dsl?"
    record = (await chat.says("yes")).record
    assert record is not None and record.words.splitlines() == [DANGER, "who is the dsl?"]


async def test_a_form_is_kept_and_taken_up_again(chat: Chat) -> None:
    chat.memory = b"form"
    said = await chat.says(DANGER)
    assert (said.flow, said.step) == ("contact-report", "contact_from")
    assert GO_ON in buttons(said)
    assert text(await chat.says(GO_ON)) == "Question 1 of 2"
    await chat.says(DANGER)
    assert "Question 1 of 2" in text(await chat.says(NO))
    assert chat.talk is not None and not chat.talk.heard


async def test_without_readers_it_says_that_it_can_not_pass_it_on(library: Library) -> None:
    chat = Chat(library, readers=(), talk=Talk())
    said = await chat.says(DANGER)
    assert said.replies[1].text == CANT and "call 999" in text(said)
    assert (await chat.says("yes")).record is None


async def test_no_file_is_taken_once_a_picture_was_spoken_of(chat: Chat) -> None:
    assert text(await chat.says("", files=(PICTURE,))) == NOT_YET_FILES
    said = await chat.says(IMAGE)
    assert "I won't take any picture" in said.replies[0].text
    assert text(await chat.says("", files=(PICTURE, PICTURE))) == NO_FILES
    await chat.says(NO)
    assert text(await chat.says("", files=(PICTURE,))) == NO_FILES, (
        "for the rest of the conversation"
    )


async def test_what_is_written_with_a_refused_file_is_heard(chat: Chat) -> None:
    said = await chat.says("what may I post?", files=(PICTURE,))
    assert [reply.text for reply in said.replies] == [NOT_YET_FILES, "heard what may I post?"]
    await chat.says(DANGER)
    said = await chat.says("He is waiting by the gate", files=(PICTURE,))
    assert [reply.text for reply in said.replies] == [NOT_YET_FILES, ADDED]
    record = (await chat.says("yes")).record
    assert record is not None and "by the gate" in record.words


async def test_a_concern_about_the_head_names_somebody_else(chat: Chat) -> None:
    said = await chat.says(BY_THE_HEAD)
    assert "the chair of governors" in text(said)
    assert "the headteacher" not in text(said)
    assert said.replies[1].text.startswith(
        "Shall I tell the designated safeguarding lead (DSL) now"
    )
    record = (await chat.says("yes")).record
    assert record is not None and record.subject == "head"


async def test_what_nobody_there_may_see_is_kept_for_whoever_takes_over(library: Library) -> None:
    chat = Chat(library, readers=READERS[1:], talk=Talk())
    said = await chat.says(BY_THE_HEAD)
    assert "Nobody who is set up to receive reports may see this one" in said.replies[1].text
    kept = await chat.says("yes")
    assert kept.record is not None
    assert "Nobody has been alerted" in text(kept) and "the chair of governors" in text(kept)


async def test_without_a_trained_model_help_still_goes_out(library: Library) -> None:
    chat = Chat(library, talk=None)
    assert "call 999" in text(await chat.says(DANGER))
    assert (await chat.says("yes")).record is not None
    await chat.says(DANGER)
    assert "haven't passed anything on" in text(await chat.says("no"))
    with pytest.raises(ModelError, match="make train"):
        await chat.says("can i post photos of the fair?")


async def test_help_goes_out_when_nothing_can_be_stored(chat: Chat) -> None:
    arrival = Arrival("test", "1", "test:1", "welbeck", "staff", DANGER)
    said = chat.first.alone(arrival)
    assert said is not None and "call 999" in text(said)
    assert said.replies[-1].text == UNSAVED
    assert chat.first.alone(replace(arrival, text="can i post photos?")) is None


async def test_help_goes_out_when_it_is_not_known_who_reads(library: Library) -> None:
    async def broken(record: NewRecord) -> Route | None:
        raise StoreError("gone")

    first = HelpFirst(
        Talk(),
        Detector(None, None),
        lambda: library,
        routed=broken,
        new_reference=lambda: "SP-TEST-CASE",
    )
    said, _ = await first.respond(Arrival("test", "1", "test:1", "welbeck", "staff", DANGER), None)
    assert "call 999" in text(said) and CANT in text(said)


class Broken:
    def encode(self, texts: list[str]) -> object:
        raise RuntimeError("no numbers today")


def test_a_broken_encoder_leaves_the_wording() -> None:
    from bot.language.urgent.model import AlarmModel

    detector = Detector(Broken(), AlarmModel.load())  # type: ignore[arg-type]
    alarm = detector.read(DANGER)
    assert alarm.raised and alarm.why[0] == "by wording alone"
