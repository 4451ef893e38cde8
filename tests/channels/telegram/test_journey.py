"""Conversations over real HTTP: everything that a person can do in a chat, and what follows."""

from __future__ import annotations

import asyncio

from bot.channels.telegram import words
from bot.channels.telegram.touches import BEFORE_TYPING
from tests.channels.telegram.fake_api import GROUP, FakeApi
from tests.channels.telegram.house import ANN, BOB, STRANGER, House


async def said(fake: FakeApi, chat: int, number: int = 1) -> list[str]:
    """Wait for so many messages in a chat."""
    await fake.until(lambda: len(fake.texts(chat)) >= number)
    return fake.texts(chat)


async def test_a_question_is_answered(bot: House) -> None:
    await bot.fake.write(ANN, "may I?")
    assert await said(bot.fake, ANN) == ["1: may I?"]
    sent = bot.fake.of("sendMessage")[0]
    assert sent["link_preview_options"] == {"is_disabled": True}
    assert not sent.get("protect_content")


async def test_who_waits_longer_than_a_moment_sees_that_an_answer_is_coming(bot: House) -> None:
    await bot.fake.write(BOB, "quick")
    assert await said(bot.fake, BOB) == ["1: quick"]
    await bot.fake.write(ANN, "think about it")
    assert await said(bot.fake, ANN) == ["1: think about it"]
    await asyncio.sleep(BEFORE_TYPING)
    shown = [(one["chat_id"], one["action"]) for one in bot.fake.of("sendChatAction")]
    assert shown == [(ANN, "typing")]


async def test_what_looks_like_markup_is_only_text(bot: House) -> None:
    await bot.fake.write(ANN, "<b>a</b> & b")
    assert await said(bot.fake, ANN) == ["1: &lt;b&gt;a&lt;/b&gt; &amp; b"]


async def test_a_button_says_its_title_once_and_its_keyboard_goes(bot: House) -> None:
    fake = bot.fake
    await fake.write(ANN, "ask me")
    await said(fake, ANN)
    (chat, number), message = next(iter(fake.sent.items()))
    data = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    await fake.press_data(chat, number, data)
    await fake.press_data(chat, number, data)
    assert await said(fake, ANN, 2) == ["1: ask me", "2: Yes"]
    await fake.until(lambda: len(fake.of("answerCallbackQuery")) == 2)
    answers = {one["callback_query_id"]: one["text"] for one in fake.of("answerCallbackQuery")}
    assert [answers[one] for one in sorted(answers, key=int)] == ["You chose: Yes", words.PASSED]
    await fake.until(lambda: "reply_markup" not in message)
    assert fake.texts(ANN) == ["1: ask me", "2: Yes"]


async def test_writing_ends_the_buttons_before(bot: House) -> None:
    fake = bot.fake
    await fake.write(ANN, "ask me")
    await said(fake, ANN)
    message = next(iter(fake.sent.values()))
    await fake.write(ANN, "something else")
    await said(fake, ANN, 2)
    await fake.until(lambda: "reply_markup" not in message)


async def test_nobody_presses_a_button_of_somebody_else(bot: House) -> None:
    fake = bot.fake
    await fake.write(ANN, "ask me")
    await said(fake, ANN)
    (_, number), message = next(iter(fake.sent.items()))
    data = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    await fake.press_data(BOB, number, data)
    await fake.until(lambda: fake.of("answerCallbackQuery"))
    assert fake.of("answerCallbackQuery")[0]["text"] == words.TOO_OLD
    await fake.press_data(BOB, number, "k:nonsense")
    await fake.press_data(BOB, number, "zz")
    await fake.until(lambda: len(fake.of("answerCallbackQuery")) == 3)
    assert fake.texts(BOB) == []


async def test_a_buttons_command_is_a_command(bot: House) -> None:
    await bot.fake.write(ANN, "/start@SignpostTestBot")
    await said(bot.fake, ANN)
    await bot.fake.press(ANN, "Report")
    assert (await said(bot.fake, ANN, 2))[1] == "1: report contact-report"


async def test_a_button_that_fails_is_answered_all_the_same(bot: House) -> None:
    await bot.fake.write(ANN, "/start")
    await said(bot.fake, ANN)
    await bot.fake.press(ANN, "Broken")
    assert (await said(bot.fake, ANN, 2))[1] == words.SORRY
    await bot.fake.until(lambda: len(bot.fake.of("answerCallbackQuery")) == 1)
    assert await bot.store.doorstep.aside() == 1


async def test_commands_with_and_without_the_bots_name(bot: House) -> None:
    await bot.fake.write(ANN, "/nonsense")
    await bot.fake.write(ANN, "/start flow-incident")
    assert await said(bot.fake, ANN, 2) == [words.NO_SUCH_COMMAND, "1: report incident"]


async def test_an_edit_is_a_new_message_and_said_to_be(bot: House) -> None:
    first = bot.fake.message(ANN, "it was Tuesday")
    await bot.fake.push(message=first)
    await said(bot.fake, ANN)
    await bot.fake.push(edited_message={**first, "text": "it was Wednesday", "edit_date": 2})
    assert await said(bot.fake, ANN, 3) == [
        "1: it was Tuesday",
        words.EDITED,
        "2: it was Wednesday",
    ]


async def test_an_album_is_one_message_and_what_follows_waits_for_it(bot: House) -> None:
    fake = bot.fake
    sizes = [
        {"file_id": f"f{n}", "file_unique_id": "u", "width": n, "height": n, "file_size": n}
        for n in (90, 800, 320)
    ]
    for number in range(3):
        caption = {"caption": "what she sent"} if number == 1 else {}
        await fake.push(message=fake.message(ANN, photo=sizes, media_group_id="g1", **caption))
    await fake.write(ANN, "and this after it")
    assert await said(fake, ANN, 2) == ["1: what she sent +3 files", "2: and this after it"]


async def test_what_cannot_be_read_is_answered_plainly(bot: House) -> None:
    kinds = {
        "sticker": words.STICKER,
        "location": words.LOCATION,
        "contact": words.CONTACT,
        "poll": words.POLL,
        "something_new": words.UNREADABLE,
    }
    for kind in kinds:
        await bot.fake.push(message={**bot.fake.message(ANN), kind: {}})
    assert await said(bot.fake, ANN, 5) == list(kinds.values())


async def test_a_stranger_is_helped_and_files_nothing(bot: House) -> None:
    await bot.fake.write(STRANGER, "hello")
    await bot.fake.write(STRANGER, "he hurt me")
    assert sorted(await said(bot.fake, STRANGER, 2)) == ["In danger, call 999.", "Use your link."]
    assert (await bot.store.counts()).waiting == 0


async def test_a_broken_update_is_set_aside_and_the_next_is_answered(bot: House) -> None:
    await bot.fake.push(message={"chat": "SENTINEL"})
    await bot.fake.push(message=bot.fake.message(ANN, photo=[]))
    await bot.fake.write(ANN, "still there?")
    await bot.fake.until(lambda: "1: still there?" in bot.fake.texts(ANN))
    assert await bot.store.doorstep.aside() >= 1


async def test_after_a_hand_over_the_chat_can_be_cleared(bot: House) -> None:
    fake = bot.fake
    await fake.write(ANN, "is it stored?")
    await said(fake, ANN)
    theirs = fake.numbers - 1
    await fake.press(ANN, words.CLEAR_BUTTON)
    text = (await said(fake, ANN, 2))[1]
    assert "SP-7KQ4-XM2D" in text
    (deleted,) = fake.of("deleteMessages")
    assert theirs in deleted["message_ids"]
    assert len(deleted["message_ids"]) == 2


async def test_in_a_group_only_what_is_meant_for_the_bot_is_answered(bot: House) -> None:
    fake = bot.fake
    for text in (
        "just chatting",
        "@SignpostTestBot may I post photos?",
        "/ask may I post videos?",
        "@signposttestbot a pupil messaged me last night",
        "@SignpostTestBot there is danger",
        "/report",
        "/ask what of several things?",
        "/ask he did several things",
        "/ask one of them shared a parent's details",
        "/ask sharing details",
    ):
        await fake.push(message=fake.in_group(ANN, text))
    await fake.until(lambda: len(fake.texts()) == 9)
    assert fake.texts() == [
        "1: may I post photos?",
        "1: may I post videos?",
        words.PRIVATELY,
        words.URGENT_PRIVATELY,
        words.PRIVATELY,
        words.UNSURE,
        words.PRIVATELY,
        words.PRIVATELY,
        "1: sharing details",
    ]
    buttons = [one.get("reply_markup") for one in fake.of("sendMessage")]
    assert buttons[0] is None
    assert buttons[2] is not None
    assert buttons[2]["inline_keyboard"][0][0]["url"] == (
        "https://t.me/SignpostTestBot?start=flow-contact-report"
    )
    assert (await bot.store.counts()).waiting == 0
    assert await bot.store.doorstep.waiting(9) == []


async def test_a_stranger_in_a_group_is_asked_into_private(bot: House) -> None:
    await bot.fake.push(message=bot.fake.in_group(STRANGER, "@SignpostTestBot may I?"))
    await bot.fake.until(bot.fake.texts)
    assert bot.fake.texts() == [words.WHO_ARE_YOU]


async def test_every_link_out_of_a_group_opens_something_in_private(bot: House) -> None:
    fake, opened = bot.fake, []
    for text in ("/help", "/ask is there danger?", "/report", "/declare", "/privacy"):
        shown = len(fake.texts(GROUP))
        await fake.push(message=fake.in_group(ANN, text))
        await said(fake, GROUP, shown + 1)
        keyboard = fake.of("sendMessage")[-1]["reply_markup"]["inline_keyboard"]
        before = len(fake.texts(ANN))
        await fake.write(ANN, f"/start {keyboard[0][0]['url'].partition('start=')[2]}")
        opened.append((await said(fake, ANN, before + 1))[-1])
    assert opened == [
        "Hello from Signpost.",
        "1: report any",
        "2: report any",
        "3: report declaration",
        "Hello from Signpost.",
    ]
