"""The terminal chat with the real bot behind it; only the hands at the keyboard are ours."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from io import StringIO

import pytest
import pytest_asyncio

from bot.app import App
from bot.channels.terminal import CHANNEL, Printer, chat, choose, pressed
from bot.errors import StoreError
from bot.messages import Arrival, Button, Reply, Said
from bot.settings import Settings
from tests.conftest import Clock
from tests.store.readers import takes_records

BUTTONS = (Button("A pupil", "/one"), Button("A parent", "/two"))


class Hands:
    """Types the given lines, and keeps what had been printed when each was asked for."""

    def __init__(self, out: StringIO, *lines: str) -> None:
        self._out = out
        self._lines: Iterator[str] = iter(lines)
        self.screens: list[str] = []

    async def __call__(self, prompt: str) -> str | None:
        self.screens.append(self._out.getvalue())
        self._out.seek(0)
        self._out.truncate()
        return next(self._lines, None)


class Typist:
    """Someone at the terminal of a bot that is already running."""

    def __init__(
        self, app: App, out: StringIO, printer: Printer, new_id: Callable[[], str]
    ) -> None:
        self._app, self._out, self._printer, self._new_id = app, out, printer, new_id

    async def type(self, *lines: str, role: str = "staff") -> list[str]:
        hands = Hands(self._out, *lines)
        await chat(
            self._app,
            self._printer,
            hands,
            school="welbeck",
            role="parent" if role == "parent" else "staff",
            new_id=self._new_id,
        )
        return [*hands.screens, self._out.getvalue()]


@pytest.fixture
def out() -> StringIO:
    return StringIO()


@pytest.fixture
def printer(out: StringIO) -> Printer:
    return Printer(out)


@pytest_asyncio.fixture
async def app(
    settings: Settings, printer: Printer, clock: Clock, new_id: Callable[[], str]
) -> AsyncIterator[App]:
    opened = await App.open(settings, {CHANNEL: printer}, now=clock, new_id=new_id)
    await takes_records(opened.store, "welbeck")
    yield opened
    await opened.close()


@pytest.fixture
def typist(app: App, out: StringIO, printer: Printer, new_id: Callable[[], str]) -> Typist:
    return Typist(app, out, printer, new_id)


async def test_a_question_is_answered_and_then_it_ends(typist: Typist) -> None:
    before, answer, after = await typist.type("can I accept a friend request from a parent?")
    assert before == ""
    assert "accept" in answer
    assert after == ""


async def test_a_form_is_filled_by_numbers_titles_and_words(typist: Typist) -> None:
    _, first, second, third, back, _ = await typist.type(
        "I want to report an incident",
        "[1]",
        "They write rude rhymes about his hat in the group.",
        "back",
    )
    assert "[1] Bullying of a pupil" in first
    assert "[9] Something else" in first
    assert "Question 2 of" in second
    assert "[1] That's all" in third
    assert "[1] Bullying of a pupil" in back


async def test_a_number_that_was_not_offered_presses_nothing(typist: Typist) -> None:
    _, _, again, _ = await typist.type("I want to report an incident", "77")
    assert "Question 1 of" in again
    assert "[1] Bullying of a pupil" in again


@pytest.mark.parametrize("word", ["quit", "/quit", "EXIT", " bye "])
async def test_leaving(word: str, typist: Typist) -> None:
    assert await typist.type(word, "hello") == ["", ""]


async def test_lines_that_are_hardly_messages(typist: Typist) -> None:
    _, empty, control, long, _ = await typist.type("", "\x1b\x07", "x" * 100_000)
    assert "couldn't see any words" in empty
    assert control == empty
    assert "too long" in long


async def test_a_reply_that_is_still_owed_comes_first(
    app: App, typist: Typist, new_id: Callable[[], str]
) -> None:
    # What a terminal leaves behind that was closed between accepting a line and answering it.
    conversation = f"{CHANNEL}:welbeck:staff"
    await app.accept(Arrival(CHANNEL, new_id(), conversation, "welbeck", "staff", "thanks"))
    owed, answer, _ = await typist.type("are you a bot?")
    assert "You're welcome" in owed
    assert "computer program" in answer
    assert "You're welcome" not in answer


async def test_the_conversation_goes_on_after_a_new_start(typist: Typist) -> None:
    await typist.type("I want to report an incident")
    _, second, _ = await typist.type("Bullying of a pupil")
    assert "Question 2 of" in second


async def test_staff_and_parents_at_one_terminal_have_conversations_of_their_own(
    typist: Typist,
) -> None:
    await typist.type("I want to report an incident")
    _, parent, _ = await typist.type("Bullying of a pupil", role="parent")
    assert "Question 2 of" not in parent


class Refusing:
    """An application whose database is full."""

    async def accept(self, arrival: Arrival) -> int | None:
        raise StoreError("The database has no room left; free some space.")

    def help_alone(self, arrival: Arrival) -> Said | None:
        if "danger" not in arrival.text:
            return None
        return Said((Reply("Call 999."),), "urgent")

    async def work_off(self, held_up: Callable[[], None]) -> None:
        """There is nothing to do."""


async def test_a_message_that_could_not_be_kept_is_said_to_be_lost(
    out: StringIO, printer: Printer, new_id: Callable[[], str]
) -> None:
    hands = Hands(out, "hello")
    await chat(Refusing(), printer, hands, school="welbeck", role="staff", new_id=new_id)
    assert "was not kept" in hands.screens[1]
    assert "free some space" in hands.screens[1]


async def test_help_is_given_even_if_the_message_can_not_be_kept(
    out: StringIO, printer: Printer, new_id: Callable[[], str]
) -> None:
    hands = Hands(out, "she is in danger")
    await chat(Refusing(), printer, hands, school="welbeck", role="staff", new_id=new_id)
    assert hands.screens[1].index("Call 999.") < hands.screens[1].index("was not kept")


async def test_the_numbers_of_several_replies_go_on_counting(
    out: StringIO, printer: Printer
) -> None:
    for text in ("One.", "Two."):
        await printer.send("terminal:x", Reply(text, BUTTONS), "1-1")
    assert [line.strip() for line in out.getvalue().splitlines() if "[" in line] == [
        "[1] A pupil",
        "[2] A parent",
        "[3] A pupil",
        "[4] A parent",
    ]
    assert pressed("4", printer.offered) == "A parent"


async def test_long_lines_are_broken_and_short_ones_kept(out: StringIO, printer: Printer) -> None:
    await printer.send("terminal:x", Reply("word " * 60 + "\n\n- a step\n- another"), "1-1")
    lines = out.getvalue().splitlines()
    assert max(map(len, lines)) <= 88
    assert lines[-4:] == ["", "- a step", "- another", ""]


@pytest.mark.parametrize("line", ["0", "3", "-1", "²", "1.0", "one", ""])
def test_what_presses_nothing(line: str) -> None:
    assert pressed(line, BUTTONS) == line


@pytest.mark.parametrize("line", ["2", " 2 ", "[2]"])
def test_what_presses_the_second(line: str) -> None:
    assert pressed(line, BUTTONS) == "A parent"


@pytest.mark.parametrize("line", ["2", "parent", "A Parent", "[2]"])
async def test_choosing(line: str, out: StringIO, printer: Printer) -> None:
    choices = [("pupil", "A pupil"), ("parent", "A parent")]
    hands = Hands(out, "9", "governor", line)
    assert await choose(printer, hands, "Who?", choices) == "parent"
    assert "[2] A parent" in hands.screens[0]
    assert "from 1 to 2" in hands.screens[1]


async def test_choosing_nothing(out: StringIO, printer: Printer) -> None:
    assert await choose(printer, Hands(out), "Who?", [("pupil", "A pupil")]) is None
