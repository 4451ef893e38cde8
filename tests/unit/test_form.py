"""Which question comes next: only those that concern the person, each once, with a way back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.form import SKIPPED, Form
from bot.dialogue.questions import CONFIRM, Question

FORM = Form(
    "incident",
    {
        "who": Question("who", titles={"pupil": "A pupil", "staff": "Staff"}, label="Who"),
        "name": Question("name", kind="words", only_if={"who": ("staff",)}, label="Name"),
        "seen": Question(
            "seen", kind="evidence", files_unless={"who": ("pupil",)}, label="Evidence"
        ),
    },
)
answers = st.dictionaries(
    st.sampled_from(["who", "name", "seen", CONFIRM]),
    st.sampled_from(["pupil", "staff", SKIPPED, "words"]),
)


def test_a_question_for_others_is_left_out() -> None:
    assert FORM.next({}) == "who"
    assert FORM.next({"who": "pupil"}) == "seen"
    assert FORM.next({"who": "staff"}) == "name"
    assert FORM.next({"who": SKIPPED}) == "seen"
    assert FORM.next({"who": "pupil", "seen": "x"}) == CONFIRM
    assert FORM.next({"who": "pupil", "seen": "x", CONFIRM: "send"}) is None


def test_the_way_back_skips_what_was_not_asked() -> None:
    assert FORM.before("who", {}) is None
    assert FORM.before("seen", {"who": "pupil", "name": "old"}) == "who"
    assert FORM.before("seen", {"who": "staff", "name": "Bo"}) == "name"


def test_an_answer_that_no_longer_counts_is_in_no_line() -> None:
    lines = FORM.lines({"who": "pupil", "name": "Bo", "seen": SKIPPED})
    assert [(line.number, line.question.label, line.text) for line in lines] == [
        (1, "Who", "A pupil"),
        (2, "Evidence", SKIPPED),
    ]


def test_a_file_may_be_a_crime_to_have() -> None:
    assert FORM.takes_files("seen", {"who": "staff"})
    assert not FORM.takes_files("seen", {"who": "pupil"})
    assert not FORM.takes_files("who", {})


@given(answers)
def test_whatever_was_answered_every_question_ends(given_so_far: dict[str, str]) -> None:
    told = dict(given_so_far)
    for _ in range(len(FORM.questions) + 2):
        slot = FORM.next(told)
        if slot is None:
            break
        assert slot not in told
        if slot != CONFIRM:
            number, count = FORM.progress(slot, told, ())
            assert 1 <= number <= count <= len(FORM.questions)
        told[slot] = SKIPPED
    assert FORM.next(told) is None


def test_the_count_never_grows() -> None:
    assert FORM.progress("who", {}, ()) == (1, 3)
    assert FORM.progress("seen", {"who": "pupil"}, ()) == (2, 2)
    assert FORM.progress("seen", {"who": "pupil"}, ("who",)) == (1, 1)
