"""Platforms, people, year groups and links in first messages, and what only looks like them."""

from __future__ import annotations

from datetime import datetime, timezone
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.details.platforms import platform_name
from bot.language.details.reading import Details, read
from bot.language.details.text import kept

NOW = datetime(2026, 3, 5, 9, 10)


@pytest.mark.parametrize(
    ("text", "slugs"),
    [
        ("a dm on insta", "instagram"),
        ("messaged me on ig", "instagram"),
        ("on instagrm", "instagram"),
        ("over snapcaht", "snapchat"),
        ("he added me on snap", "snapchat"),
        ("got a snap off a student", "snapchat"),
        ("snap", "snapchat"),
        ("Snap, yesterday", "snapchat"),
        ("on sc", "snapchat"),
        ("the class wapp group", "whatsapp"),
        ("whatsapped me", "whatsapp"),
        ("on whats app", "whatsapp"),
        ("a msngr message", "messenger"),
        ("facebook messenger", "messenger"),
        ("friend request on fb", "facebook"),
        ("a tick tock video", "tiktok"),
        ("posted it on X", "x"),
        ("on twitter", "x"),
        ("they tweeted about us", "x"),
        ("put on utube", "youtube"),
        ("on linkedin", "linkedin"),
        ("the discord server", "discord"),
        ("playing roblocks", "roblox"),
        ("on fornite", "fortnite"),
        ("via telegram", "telegram"),
        ("in a teams chat", "teams"),
        ("commented on google classroom", "google-classroom"),
        ("sent on class dojo", "classdojo"),
        ("a subreddit about us", "reddit"),
        ("a mum emailed my own account", "email"),
        ("he texted me twice", "text-message"),
        ("I got a text from an unknown number", "text-message"),
        ("a kid rang me on teams", "teams"),
        ("got a text from a pupil", "text-message"),
        ("a student rang my mobile", "phone-call"),
        ("a missed call", "phone-call"),
        ("on minecraft", "other-game"),
        ("through wechat", "other-app"),
        ("first insta then whatsapp", "instagram whatsapp"),
        ("see https://www.tiktok.com/@abc/video/1", "tiktok"),
        ("it is at youtu.be/abc", "youtube"),
    ],
)
def test_a_platform_is_known_by_what_people_call_it(text: str, slugs: str) -> None:
    assert read(text, NOW).platforms == tuple(slugs.split())


@pytest.mark.parametrize(
    "text",
    [
        "a discord between them",
        "snap!",
        "oh snap",
        "a cold snap",
        "she took a snap of him",
        "the whole team",
        "two teams played",
        "on the x axis",
        "the x factor",
        "mr x said",
        "I emailed the head about it",
        "please text me back",
        "can you ring me",
        "I rang the school",
        "called me a liar",
        "pull the threads together",
        "zoom in on the picture",
        "he lost interest",
        "let it be real",
        "a telegram from the king",
        "his eye began to twitch",
        "a fortnight ago",
        "I'm not on facebook",
        "she wrote in a text book",
        "the line was long",
    ],
)
def test_a_word_is_no_platform(text: str) -> None:
    assert read(text, NOW).platforms == ()


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("a year 9 messaged me", "9"),
        ("a yr10 lad", "10"),
        ("Y7s in a chat", "7"),
        ("year nine girl", "9"),
        ("a girl in 9B", "9"),
        ("my son in reception", "reception"),
        ("a nursery parent", "nursery"),
        ("lower sixth boy", "12"),
        ("a year 11 and another year 11", "11"),
        ("a 9 year old", None),
        ("10 years ago", None),
        ("this year 3 parents wrote", None),
        ("year 7 and year 8", None),
        ("years 7/8", None),
        ("I told reception", None),
        ("a wedding reception", None),
        ("I'm a year 4 teacher", None),
        ("year 2026", None),
        ("year 14", None),
        ("last year 9 of them left", "9"),
    ],
)
def test_a_year_group_is_one_group_of_pupils(text: str, year: str | None) -> None:
    assert read(text, NOW).year == year


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("see https://Example.com/A?b=3/4.", ("https://Example.com/A?b=3/4",)),
        ("(www.example.co.uk)", ("www.example.co.uk",)),
        ("instagram.com/abc, x.com/def!", ("instagram.com/abc", "x.com/def")),
        ("https://en.wikipedia.org/wiki/A_(b)", ("https://en.wikipedia.org/wiki/A_(b)",)),
        ("discord.gg/abc", ("discord.gg/abc",)),
        ("mail me at a.b@school.org.uk", ()),
        ("it's me.to be sure", ()),
        ("yesterday.He said so", ()),
        ("at 4.30pm", ()),
    ],
)
def test_links_are_kept_as_they_were_written(text: str, links: tuple[str, ...]) -> None:
    assert read(text, NOW).links == links


def test_every_platform_has_a_name() -> None:
    assert platform_name("x") == "X (Twitter)"
    assert all(platform_name(slug) for slug in kept("platforms")["platforms"])


def test_a_time_elsewhere_is_read_in_london() -> None:
    # Half an hour before midnight in Greenwich is the next day in British Summer Time.
    found = read("it was today", datetime(2026, 6, 1, 23, 30, tzinfo=timezone.utc)).when
    assert found is not None
    assert str(found.date) == "2026-06-02"


def test_nothing_is_read_from_nothing() -> None:
    assert read("", NOW) == Details()


WORDS = st.sampled_from(
    """a pupil's mum my son told me that snap on x teams year 9 reception from by i'm teacher the of
    someone https://x.com/( @ ’ ' ½ ² 👍 text emailed fb ., ) ( /""".split()  # noqa: SIM905
)


@given(st.one_of(st.text(max_size=300), st.lists(WORDS, max_size=20).map(" ".join)))
@settings(max_examples=400, deadline=None)
def test_no_text_breaks_it(text: str) -> None:
    read(text, NOW)


@pytest.mark.parametrize(
    "piece", ["a mum of ", "year 9 ", "at 4 ", "3/4 ", "www.", "the other ", "((("]
)
def test_a_long_message_is_read_in_time(piece: str) -> None:
    read(piece, NOW)
    began = perf_counter()
    read(piece * 5_000, NOW)
    assert perf_counter() - began < 0.5
