"""What each kind of update is taken for, and that nothing else can come of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.telegram import words
from bot.channels.telegram.doorman import UNREAD
from bot.channels.telegram.reading import (
    Ignored,
    Invited,
    Me,
    Moved,
    Noticed,
    Pressed,
    Written,
    join,
    read,
)
from bot.messages import Attachment

ME = Me(4455, "SignpostTestBot")
Json = dict[str, Any]


def message(text: str | None = None, *, kind: str = "private", **more: Any) -> Json:
    person = {"id": 7, "is_bot": False, "first_name": "Head Teacher", "username": "the_head"}
    said = {} if text is None else {"text": text}
    chat = {"id": 7 if kind == "private" else -7, "type": kind}
    return {"message_id": 3, "date": 1, "chat": chat, "from": person, **said, **more}


def written(update: Json) -> Written:
    found = read(update, ME)
    assert isinstance(found, Written), found
    return found


def test_a_text_is_what_was_written_and_no_name_is_taken() -> None:
    found = written({"message": message("hello")})
    assert (found.chat, found.sender, found.message, found.text) == (7, 7, 3, "hello")
    assert "head" not in repr(vars(found)).lower()


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/start abc-DEF_1", ("start", "abc-DEF_1")),
        ("/Help", ("help", "")),
        ("/report@SignpostTestBot", ("report", "")),
        ("/report@OtherBot", None),
        ("/delete_my_data\nyes", ("delete_my_data", "yes")),
        ("see /help", None),
        ("/", None),
        ("//help", None),
    ],
)
def test_commands(text: str, command: tuple[str, str] | None) -> None:
    assert written({"message": message(text)}).command == command


@pytest.mark.parametrize(
    ("more", "file"),
    [
        (
            {
                "photo": [
                    {"file_id": "b", "width": 90, "height": 90, "file_size": 50},
                    {"file_id": "s", "width": 9, "height": 9, "file_size": 5},
                ]
            },
            Attachment("picture", "b", 50),
        ),
        ({"document": {"file_id": "d", "file_size": 5}}, Attachment("document", "d", 5)),
        ({"voice": {"file_id": "v"}}, Attachment("voice", "v", None)),
        ({"audio": {"file_id": "a"}}, Attachment("voice", "a", None)),
        ({"video": {"file_id": "v"}}, Attachment("video", "v", None)),
        ({"video_note": {"file_id": "n"}}, Attachment("video", "n", None)),
        (
            {"animation": {"file_id": "g"}, "document": {"file_id": "g"}},
            Attachment("video", "g", None),
        ),
    ],
)
def test_files_come_along_and_are_not_fetched(more: Json, file: Attachment) -> None:
    found = written({"message": message(caption="look", **more)})
    assert (found.text, found.files) == ("look", (file,))


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("sticker", words.STICKER),
        ("location", words.LOCATION),
        ("venue", words.LOCATION),
        ("contact", words.CONTACT),
        ("poll", words.POLL),
        ("dice", words.POLL),
        ("invented_next_year", words.UNREADABLE),
    ],
)
def test_what_is_not_read_is_said(kind: str, says: str) -> None:
    assert read({"message": {**message(), kind: {}}}, ME) == Noticed(7, 7, 3, says)


def test_a_live_location_is_answered_once() -> None:
    assert isinstance(read({"edited_message": message(location={})}, ME), Ignored)


def test_edits_and_forwards_are_said() -> None:
    found = written({"edited_message": message("hi", forward_origin={"type": "user"})})
    assert found.notes == (words.EDITED, words.FORWARDED)


def test_an_edited_command_is_not_carried_out_again() -> None:
    assert written({"edited_message": message("/delete_my_data yes")}).command is None


@pytest.mark.parametrize(
    "update",
    [
        {"message": message(pinned_message={})},
        {"message": {**message("x"), "from": {"id": 9, "is_bot": True}}},
        {"message": message("x", kind="channel")},
        {"channel_post": message("x")},
        {"inline_query": {}},
        {"message": message("between us", kind="group")},
        {"message": message("@SignpostTestBotX hello", kind="group")},
        {"edited_message": message("@SignpostTestBot hello", kind="group")},
        {"message": message(None, kind="supergroup", new_chat_members=[{}])},
        {"callback_query": {"id": "1", "from": {"id": 7}, "inline_message_id": "5"}},
        {},
    ],
)
def test_what_is_nobodys_message_is_left(update: Json) -> None:
    assert isinstance(read(update, ME), Ignored)


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"text": "@signposttestbot may I?"}, "may I?"),
        ({"text": "may I, @SignpostTestBot?"}, "may I, ?"),
        ({"text": "and now?", "reply_to_message": {"from": {"id": 4455}}}, "and now?"),
    ],
)
def test_in_a_group_it_must_be_meant_for_the_bot(more: Json, text: str) -> None:
    found = written({"message": message(kind="group", **more)})
    assert (found.text, found.private, found.chat, found.sender) == (text, False, -7, 7)


def test_groups_that_move_and_invite() -> None:
    assert read({"message": message(kind="group", migrate_to_chat_id=-99)}, ME) == Moved(-7, -99)
    change = {
        "chat": {"id": -7, "type": "group"},
        "old_chat_member": {"status": "left"},
        "new_chat_member": {"status": "member"},
    }
    assert read({"my_chat_member": change}, ME) == Invited(-7)
    back = {**change, "old_chat_member": change["new_chat_member"]}
    assert isinstance(read({"my_chat_member": back}, ME), Ignored)


def test_a_button() -> None:
    query = {"id": "5", "from": {"id": 7}, "data": "k:1-1:0", "message": message()}
    assert read({"callback_query": query}, ME) == Pressed(7, 7, "5", 3, "k:1-1:0")


def test_an_album_is_joined_with_its_words_and_numbers() -> None:
    parts = [
        written({"message": {**message(voice={"file_id": str(n)}, **caption), "message_id": n}})
        for n, caption in ((3, {}), (4, {"caption": "look"}), (5, {}))
    ]
    whole = join(parts)
    assert (whole.text, whole.messages) == ("look", (3, 4, 5))
    assert [one.handle for one in whole.files] == ["3", "4", "5"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine draws slowly
@given(st.dictionaries(st.sampled_from(["message", "edited_message", "callback_query"]), JSON))
def test_whatever_comes_is_read_or_refused_in_a_way_that_sets_it_aside(update: Json) -> None:
    try:
        read(json.loads(json.dumps(update)), ME)
    except UNREAD:
        return


@given(st.data())
def test_a_broken_message_is_too(data: st.DataObject) -> None:
    whole = message("hello", photo=[{"file_id": "f", "width": 1, "height": 1}])
    broken = data.draw(st.sampled_from(sorted(whole)))
    try:
        read({"message": {**whole, broken: data.draw(JSON)}}, ME)
    except UNREAD:
        return
