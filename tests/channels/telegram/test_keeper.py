"""Who is who in Telegram, and what the commands say: on a real store, without a network."""

from __future__ import annotations

import string
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

from bot.cases.enrolment import InvitedAs, invitation
from bot.channels.telegram import commands, keeper
from bot.channels.telegram.contracts import COMMAND, Answer, Person
from bot.channels.telegram.keeper import Keeper, Knowledge
from bot.messages import Role
from bot.policy.contacts import contacts
from bot.policy.library import Library
from bot.store import Store
from tests.conftest import Clock
from tests.store.readers import add

ROOT = Path(__file__).parents[3]
ANN, CHAT = "telegram:ann", 501
CODE, OTHER = "a-code", "another-code"


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.load(ROOT / "policy_content")


@pytest.fixture
def known(store: Store, library: Library) -> Keeper:
    async def reports(conversation: str) -> Sequence[str]:
        return ["SP-7KQ4-XM2D: received."] if conversation == ANN else []

    async def held(conversation: str) -> str:
        return f"What is held of {conversation}."

    return Keeper(
        store.enrolments,
        Knowledge(
            library.school_name,
            lambda school, role: contacts(library.pack(school), library.helplines, role),
            reports,
            lambda text: "hurt" in text,
            held,
        ),
    )


async def enrol(
    store: Store,
    clock: Clock,
    known: Keeper,
    invited_as: InvitedAs = "staff",
    school: str = "welbeck",
    code: str = CODE,
) -> Answer:
    await store.enrolments.invite(invitation(school, invited_as, clock()), code)
    said = await known.command(Person(ANN, chat=CHAT), "start", code)
    assert said is not None
    return said


def text(said: Answer | None) -> str:
    assert said is not None
    return "\n".join(reply.text for reply in said.replies)


def titles(said: Answer | None) -> list[str]:
    assert said is not None
    return [button.title for reply in said.replies for button in reply.buttons]


async def test_a_stranger_is_told_where_help_is_and_how_to_join(known: Keeper) -> None:
    person = await known.person(ANN, CHAT)
    assert (person.school, person.role) == (None, None)
    calm, urgent = await known.stranger(person, "hi"), await known.stranger(person, "he's hurt")
    assert (calm.urgent, urgent.urgent) == (False, True)
    assert "call 999" in text(urgent) and "0800 1111" in text(urgent)
    for name in ("start", *commands.PRIVATE):
        assert text(await known.command(person, name, "")) == keeper.STRANGER, name
    assert await known.command(person, "nonsense", "") is None


async def test_a_link_makes_a_stranger_known_and_works_once(
    known: Keeper, store: Store, clock: Clock
) -> None:
    said = await enrol(store, clock, known)
    assert "Welbeck Primary School" in text(said) and len(titles(said)) == 3
    person = await known.person(ANN, CHAT)
    assert (person.school, person.role, person.chat) == ("welbeck", "staff", CHAT)

    again = await known.command(Person("telegram:bea", chat=502), "start", CODE)
    assert text(again) == keeper.NOT_ACCEPTED
    wrong = await known.command(Person("telegram:bea", chat=502), "start", "never-made")
    assert text(wrong) == text(again)


@pytest.mark.parametrize(("role", "count"), [("staff", 8), ("parent", 3)])
async def test_report_offers_what_a_role_may_begin(
    role: Role, count: int, known: Keeper, store: Store, clock: Clock
) -> None:
    await enrol(store, clock, known, role)
    person = await known.person(ANN, CHAT)
    offered = await known.command(person, "report", "")
    assert len(titles(offered)) == count
    for button in offered.replies[0].buttons if offered else ():
        name, _, flow = button.payload.removeprefix(COMMAND).partition(" ")
        begun = await known.command(person, name, flow)
        assert begun is not None and begun.says == commands.FLOWS[flow][1]
    refused = await known.command(person, "report", "declaration")
    assert bool(titles(refused)) == (role == "parent"), "it isn't for parents, who may choose anew"


@pytest.mark.parametrize("flow", commands.FLOWS)
def test_the_words_of_a_command_are_an_example_of_its_flow(flow: str) -> None:
    path = ROOT / "nlu" / "flows" / f"{flow}.yml"
    entries = yaml.safe_load(path.read_text("utf-8"))["nlu"]
    examples = [line for entry in entries for line in entry["examples"].splitlines()]
    assert f"- {commands.FLOWS[flow][1]}" in examples


async def test_contacts_privacy_and_status(known: Keeper, store: Store, clock: Clock) -> None:
    await enrol(store, clock, known)
    person = await known.person(ANN, CHAT)
    whom = text(await known.command(person, "contacts", ""))
    assert whom.startswith("If a child is in danger now, call 999.")
    assert "Lucy Coull" in whom and "0808 800 5000" in whom
    assert "not end-to-end encrypted" in text(await known.command(person, "privacy", ""))
    assert "SP-7KQ4-XM2D" in text(await known.command(person, "status", ""))
    cancelled = await known.command(person, "cancel", "")
    assert cancelled is not None and cancelled.says == "cancel"


async def test_somebody_of_two_schools_chooses(known: Keeper, store: Store, clock: Clock) -> None:
    await enrol(store, clock, known)
    one = text(await known.command(await known.person(ANN, CHAT), "school", ""))
    assert one.startswith("You belong to Welbeck Primary School, and to no other")
    await enrol(store, clock, known, "parent", "blean", OTHER)
    person = await known.person(ANN, CHAT)
    assert (person.school, person.role) == ("blean", "parent")

    asked = await known.command(person, "school", "")
    assert len(titles(asked)) == 2
    assert "Welbeck" in text(await known.command(person, "school", "welbeck"))
    assert (await known.person(ANN, CHAT)).school == "welbeck"
    assert titles(await known.command(person, "school", "rosewood")), "not theirs: asked again"


async def test_a_parents_link_takes_nothing_from_somebody_who_works_there(
    known: Keeper, store: Store, clock: Clock
) -> None:
    await enrol(store, clock, known)
    said = await enrol(store, clock, known, "parent", code=OTHER)
    assert text(said) == keeper.STAY_STAFF.format(school="Welbeck Primary School")
    assert (await known.person(ANN, CHAT)).role == "staff"


async def test_a_readers_chat_gets_their_alerts(known: Keeper, store: Store, clock: Clock) -> None:
    number = await add(store, "Lee Lead", "dsl", school="welbeck", ways={})
    await store.enrolments.invite(invitation("welbeck", "reader", clock(), reader=number), CODE)
    said = await known.command(Person(ANN, chat=CHAT), "start", CODE)
    assert "When a report waits for you" in text(said)
    assert await store.address(number, "telegram") == str(CHAT)


async def test_what_is_held_comes_as_a_file_and_only_ones_own(
    known: Keeper, store: Store, clock: Clock
) -> None:
    await enrol(store, clock, known)
    said = await known.command(await known.person(ANN, CHAT), "download_my_data", "telegram:bob")
    assert said is not None and said.file == f"What is held of {ANN}."
    stranger = await known.command(Person("telegram:bob", chat=5), "download_my_data", "")
    assert stranger is not None and not stranger.file


async def test_deleting_is_asked_about_first(known: Keeper, store: Store, clock: Clock) -> None:
    await enrol(store, clock, known)
    person = await known.person(ANN, CHAT)
    asked = await known.command(person, "delete_my_data", "")
    assert titles(asked) == ["Yes, delete it"]
    assert (await known.person(ANN, CHAT)).school == "welbeck"

    assert "Done" in text(await known.command(person, "delete_my_data", "yes"))
    assert (await known.person(ANN, CHAT)).school is None


def test_telegram_takes_the_names_and_words_of_the_commands() -> None:
    allowed = set(string.ascii_lowercase + string.digits + "_")
    for name, says in {**commands.PRIVATE, **commands.IN_GROUPS}.items():
        assert 1 <= len(name) <= 32 and set(name) <= allowed
        assert 1 <= len(says) <= 256
