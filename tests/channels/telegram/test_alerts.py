"""An alert in a reader's chat: seen, opened on the desk, and whom to call."""

from __future__ import annotations

from bot.cases.alerts import SEEN
from bot.channels.telegram import words
from tests.channels.telegram.house import ANN, BOB, READER, House

TEXT = "Signpost: a new report, SP-7KQ4-XM2D, is waiting."
ON_DESK = "https://signpost.school.example/desk/records/SP-7KQ4-XM2D"


async def alerted(bot: House, token: str = "a-token") -> None:
    bot.readers[READER] = str(BOB)
    await bot.alert(READER, "SP-7KQ4-XM2D", TEXT, token)
    await bot.fake.until(lambda: TEXT in bot.fake.texts(BOB))


def shown(bot: House) -> list[tuple[str, str | None]]:
    """The titles under the last message with buttons in the reader's chat, with their links."""
    keyboards = [
        message["reply_markup"]["inline_keyboard"]
        for (chat, _), message in bot.fake.sent.items()
        if chat == BOB and message.get("reply_markup")
    ]
    return [(row[0]["text"], row[0].get("url")) for row in keyboards[-1]]


async def test_an_alert_is_protected_and_leads_to_the_desk(bot: House) -> None:
    await alerted(bot)
    assert bot.fake.of("sendMessage")[-1]["protect_content"]
    assert shown(bot) == [(SEEN, None), (words.ON_DESK, ON_DESK), (words.CALL, None)]
    assert bot.seen == []


async def test_an_alert_arrives_where_the_desks_address_is_refused(bot: House) -> None:
    refusal = "Bad Request: inline keyboard button URL 'https://desk' is invalid: Wrong HTTP URL"
    bot.fake.fault("sendMessage", 400, chat=BOB, description=refusal)
    await alerted(bot)
    assert shown(bot) == [(SEEN, None), (words.CALL, None)]


async def test_seen_is_noted_and_the_other_buttons_stay(bot: House) -> None:
    await alerted(bot)
    await bot.fake.press(BOB, SEEN)
    await bot.fake.until(lambda: bot.fake.of("editMessageReplyMarkup"))
    assert bot.seen == ["a-token"]
    assert bot.fake.of("answerCallbackQuery")[0]["text"] == words.SEEN
    assert shown(bot) == [(words.ON_DESK, ON_DESK), (words.CALL, None)]


async def test_what_can_not_be_noted_is_said_and_can_be_pressed_again(bot: House) -> None:
    await alerted(bot, "unknown")
    await bot.fake.press(BOB, SEEN)
    await bot.fake.until(lambda: bot.fake.of("answerCallbackQuery"))
    assert bot.fake.of("answerCallbackQuery")[0]["text"] == words.SEEN_NOT_NOTED
    assert shown(bot)[0] == (SEEN, None)


async def test_call_gives_the_numbers_to_the_reader_alone(bot: House) -> None:
    await alerted(bot)
    await bot.fake.press(BOB, words.CALL)
    await bot.fake.until(lambda: "Call 999." in bot.fake.texts(BOB))
    assert shown(bot)[0] == (SEEN, None)
    (chat, number) = next(one for one in bot.fake.sent if one[0] == BOB)
    assert chat == BOB
    for data in (f"n:{READER}", "n:", "n:8", "n:x"):
        await bot.fake.press_data(ANN, number, data)
    await bot.fake.until(lambda: len(bot.fake.of("answerCallbackQuery")) == 5)
    assert bot.fake.texts(ANN) == []
