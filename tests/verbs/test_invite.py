"""`invite`: a link that is shown once, a page to print, and every refusal."""

from __future__ import annotations

import re

from tests.verbs.calling import Bot, Ended
from tests.verbs.test_people import DATABASE, LUCY, added

LINK = re.compile(r"https://t\.me/WelbeckBot\?start=([A-Za-z0-9_-]{27})$", re.MULTILINE)


def invite(bot: Bot, *verb: str) -> Ended:
    return bot.call("invite", *verb, telegram_name="@WelbeckBot", **DATABASE)


def test_from_an_invitation_to_its_end(bot: Bot) -> None:
    made = invite(bot, "parents", "--school", "welbeck", "--uses", "40", "--page", "page.html")
    assert (made.status, made.err) == (0, ""), made
    found = LINK.search(made.out)
    assert found is not None, made.out
    assert "40 may use it" in made.out and "shown this once" in made.out
    page = (bot.folder / "page.html").read_text("utf-8")
    assert found[1] in page and "<svg" in page and "call 999" in page

    listed = invite(bot, "list", "--school", "welbeck").out
    assert "1  parent: 40 left" in listed and found[1] not in listed
    assert invite(bot, "withdraw", "--school", "welbeck", "1").status == 0
    assert "no open invitation" in invite(bot, "list", "--school", "welbeck").out
    assert "no open invitation 1" in invite(bot, "withdraw", "--school", "welbeck", "1").complaint
    assert "from now on: 0" in invite(bot, "end", "--school", "welbeck", "1").out
    assert "never made" in invite(bot, "end", "--school", "welbeck", "2").complaint


def test_a_readers_invitation_is_for_a_reader_of_that_school(bot: Bot) -> None:
    assert "no reader 1" in invite(bot, "reader", "--school", "welbeck", "1").complaint
    added(bot, *LUCY, "--email", "lucy@welbeck.example")
    made = invite(bot, "reader", "--school", "welbeck", "1")
    assert "for Lucy Coull" in made.out and LINK.search(made.out)
    assert "no reader 1" in invite(bot, "reader", "--school", "blean", "1").complaint


def test_whoever_has_the_pages_gets_a_link_to_them_and_a_reader_does_not(bot: Bot) -> None:
    site = {"public_url": "https://signpost.welbeck.example", **DATABASE}
    made = bot.call("invite", "staff", "--school", "welbeck", **site)
    assert "Web page: https://signpost.welbeck.example/chat/join/" in made.out, made
    added(bot, *LUCY, "--email", "lucy@welbeck.example")
    refused = bot.call("invite", "reader", "--school", "welbeck", "1", **site)
    assert "SIGNPOST_TELEGRAM_NAME" in refused.complaint


def test_what_is_missing_is_named_and_nothing_is_made(bot: Bot) -> None:
    said = bot.call("invite", "staff", "--school", "welbeck", **DATABASE).complaint
    assert "SIGNPOST_TELEGRAM_NAME" in said
    assert "no open invitation" in invite(bot, "list", "--school", "welbeck").out
    assert "welbeck" in invite(bot, "staff", "--school", "hogwarts").complaint


def test_a_page_that_can_not_be_written_is_said_after_the_link(bot: Bot) -> None:
    ended = invite(bot, "staff", "--school", "welbeck", "--page", "no/such/folder/page.html")
    assert LINK.search(ended.out), "the invitation is made, so its link must be seen"
    assert "can't be written" in ended.complaint
