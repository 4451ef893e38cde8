"""How surely danger is noticed, and how seldom it is seen where there is none.

The messages in `urgent` were written before the detector and apart from its examples: real ones by
kind, and near misses that use the same words. Ordinary questions are those that understanding is
judged by; a few of them are alarms, which a reader without sight of the detector has marked in
`urgent/ordinary-alarms.yml`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
import yaml

from bot.language.encoder import shared_encoder
from bot.language.urgent import signs
from bot.language.urgent.detector import Detector
from bot.language.urgent.kinds import KINDS, LEVEL, Alarm
from bot.language.urgent.model import EXAMPLES, FILE, AlarmModel, fingerprint
from bot.language.urgent.people import about, named, writer
from bot.parts import detector
from tests.language.test_questions import asked, words

MESSAGES = Path(__file__).with_name("urgent")


@cache
def messages(begin: str) -> list[dict[str, Any]]:
    found = []
    for path in sorted(MESSAGES.glob(f"{begin}*.yml")):
        found += yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


@cache
def shared() -> Detector:
    return detector()


@cache
def alarms(begin: str, using: Detector | None = None) -> list[Alarm]:
    return [(using or shared()).read(message["text"]) for message in messages(begin)]


def raised(found: list[Alarm]) -> float:
    return sum(alarm.raised for alarm in found) / len(found)


def ordinary() -> list[str]:
    marked = yaml.safe_load((MESSAGES / "ordinary-alarms.yml").read_text(encoding="utf-8"))
    every = [one["text"] for kind in ("in_scope", "near", "far") for one in asked(kind)]
    assert set(marked) <= set(every)
    return [text for text in every if text not in set(marked)]


@cache
def ordinary_alarms() -> list[tuple[str, Alarm]]:
    return [(text, shared().read(text)) for text in ordinary()]


def test_there_are_enough_messages() -> None:
    assert len(messages("immediate")) + len(messages("serious")) >= 300
    assert len(messages("near")) >= 300
    kinds = {message["kind"] for begin in ("immediate", "serious") for message in messages(begin)}
    assert kinds == set(KINDS)


def test_each_kind_stands_at_its_own_level() -> None:
    for level in ("immediate", "serious"):
        assert {LEVEL[message["kind"]] for message in messages(level)} == {level}


def taught() -> Iterator[str]:
    for path in EXAMPLES.glob("*.txt"):
        yield from path.read_text(encoding="utf-8").splitlines()


def test_no_message_is_an_example_or_nearly_one() -> None:
    known = [words(text) for text in taught()]
    copies = []
    for begin in ("immediate", "serious", "near", "long", "reported", "told"):
        for mine in (words(message["text"]) for message in messages(begin)):
            if len(mine) > 3 and any(len(mine & one) >= 0.8 * len(mine | one) for one in known):
                copies.append(mine)
    assert copies == []


@pytest.mark.parametrize(
    ("begin", "least", "most"),
    [("immediate", 0.965, 1.0), ("serious", 0.96, 1.0), ("near", 0.0, 0.025)],
)
def test_what_is_raised(begin: str, least: float, most: float) -> None:
    """Floors a little under what was measured; the aim is 99 and 96 in 100, at 3 false."""
    assert least <= raised(alarms(begin)) <= most


def test_ordinary_questions_raise_nothing() -> None:
    found = ordinary_alarms()
    false = [text for text, alarm in found if alarm.raised]
    assert len(false) <= 0.01 * len(found), false  # the aim is 3 in a thousand


@pytest.mark.parametrize("begin", ["immediate", "serious"])
def test_what_is_not_raised_is_nearly_always_asked_about(begin: str) -> None:
    found = alarms(begin)
    assert sum(alarm.noticed for alarm in found) >= 0.98 * len(found)


def test_ordinary_questions_are_seldom_asked_about() -> None:
    found = ordinary_alarms()
    assert sum(alarm.doubtful for _, alarm in found) <= 0.03 * len(found)


def test_what_is_confirmed_is_an_alarm_of_its_kind() -> None:
    doubtful = Alarm("none", "nude-image", 0.8, False, (), doubtful=True)
    alarm = doubtful.confirmed()
    assert (alarm.level, alarm.images, alarm.doubtful) == ("serious", True, False)


def test_wording_alone_notices_some_of_it() -> None:
    """What is left when no model can be read."""
    alone = Detector(None, None)
    assert raised(alarms("immediate", alone)) >= 0.22
    assert raised(alarms("near", alone)) <= 0.15


def test_the_arrays_belong_to_the_examples_and_the_tuning() -> None:
    assert AlarmModel.load(FILE).made_from == fingerprint(), "run `make tune`, or its second step"


def test_a_sign_is_found_at_the_end_of_a_long_message() -> None:
    long = "We talked about the fair and the cake stall and who brings the tables. " * 60
    assert not shared().read(long).raised
    assert shared().read(f"{long} By the way my daughter says she wants to kill herself.").raised


def test_danger_is_heard_amid_what_has_nothing_to_do_with_it() -> None:
    around = [message["text"] for message in messages("long")]
    told = [message["text"] for message in (*messages("immediate"), *messages("serious"))][::4]
    found = [
        shared().read(f"{around[n % 30]} {text} {around[(n + 7) % 30]}")
        for n, text in enumerate(told)
    ]
    assert raised(found) >= 0.72
    assert sum(alarm.noticed for alarm in found) >= 0.9 * len(found)


def test_plain_reports_and_answers_seldom_raise_anything() -> None:
    """Unkindness online is what most reports tell of; the aim is 3 in 100."""
    assert raised(alarms("reported")) <= 0.09
    assert raised(alarms("reported-answers")) <= 0.02


def test_danger_told_in_a_report_is_noticed() -> None:
    found = alarms("told")
    assert raised(found) >= 0.87
    assert sum(alarm.noticed for alarm in found) >= 0.95 * len(found)


def test_long_everyday_messages_seldom_raise_anything() -> None:
    assert raised(alarms("long")) <= 0.04


def test_the_first_encoder_alone_still_notices_most() -> None:
    """What is left when the second one's file can't be read."""
    alone = Detector(shared_encoder(), AlarmModel.load())
    assert raised(alarms("immediate", alone)) >= 0.9


def test_the_number_of_a_report_raises_nothing() -> None:
    # Each of these was once taken for a child that is missing.
    for number in ("SP-GY69-4R3M", "SP-4N48-7TJR", "sp h6n6 36x8"):
        assert not shared().read(f"{number} it was on Monday").raised
        assert shared().read(f"{number} he says he wants to kill himself tonight").raised


def test_the_same_message_is_read_the_same() -> None:
    text = messages("serious")[0]["text"]
    assert shared().read(text) == detector().read(text)


def test_each_pattern_can_be_read() -> None:
    phrases = signs.phrases()
    assert set(phrases.signs) == set(KINDS)
    for pattern in (*phrases.signs.values(), *phrases.taken_back.values()):
        begun = perf_counter()
        pattern.search("a word and another one " * 400)
        assert perf_counter() - begun < 0.2, "a pattern that takes so long could stop the bot"


@pytest.mark.parametrize(
    ("text", "role", "who"),
    [
        ("im in year 8 and i want to die", "parent", "child"),
        ("my stepdad hits me", "parent", "child"),
        ("i cant do this anymore i want to kill myself", "staff", "adult"),
        ("my daughter says she wants to die", "parent", "parent"),
        ("one of my tutor group is cutting herself", "staff", "staff"),
        ("a parent keeps following me to my car", "staff", "staff"),
        ("he said he'll post my nudes if i dont send more", "parent", "child"),
    ],
)
def test_who_writes(text: str, role: Any, who: str) -> None:
    assert writer(text, role) == who


@pytest.mark.parametrize(
    ("text", "whom"),
    [
        ("the headteacher has been texting a year 10 girl at night", "head"),
        ("our DSL is messaging my son in secret", "dsl"),
        ("the caretaker grabbed a boy and hurt him", "staff"),
        ("a girl told me she wants to die, I told the head but he's busy", None),
        ("I can't find the DSL and a boy has cut himself", None),
        ("mr rowden kissed a pupil", "head"),
        ("the head of year is off and she is missing", None),
    ],
)
def test_whom_it_is_about(text: str, whom: str | None) -> None:
    assert about(text, False, {"head": ("rowden",)}) == whom


def test_who_is_named() -> None:
    assert named("Mr Kay keeps messaging her. I told Mrs Lowe.") == ("mr kay",)
