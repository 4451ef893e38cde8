"""`run`: prints where the doors are, serves, and stops without losing anything."""

from __future__ import annotations

import re
import signal
import socket
import sqlite3
import urllib.parse
import urllib.request
from contextlib import closing

import pytest

from tests.channels.web.browser import serve
from tests.verbs.calling import SENTINEL, Bot


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_its_doors_and_stops_cleanly(bot: Bot, by: signal.Signals) -> None:
    served = serve(bot, log_level="DEBUG")
    with urllib.request.urlopen(f"{served.address}/chat") as page:
        assert b"Welbeck Primary School" in page.read()
    status, out, err = served.stop(by)
    assert status == 0, err
    assert re.search(rf"Chat +{served.address}/chat\n", out)
    assert re.search(rf"Desk +{served.address}/desk\n", out)
    assert re.search(rf" {served.address}/desk/set-up\?link=[\w-]{{20,}}\n", out)
    assert "Stopping" in out
    assert "Traceback" not in err


def test_an_open_page_does_not_hold_up_the_end_and_nothing_told_is_logged(bot: Bot) -> None:
    served = serve(bot, log_level="DEBUG", database_url="sqlite:///run.db")
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    opener.addheaders = [("Origin", served.address)]

    def post(path: str, **form: str) -> str:
        body = urllib.parse.urlencode(form).encode()
        with opener.open(f"{served.address}{path}", body, timeout=30) as answer:
            text: str = answer.read().decode()
            return text

    post("/chat/begin", school="welbeck", role="staff")
    assert SENTINEL in post("/chat/messages", text=SENTINEL)
    with opener.open(f"{served.address}/chat/stream", timeout=30) as stream:
        assert stream.readline().startswith(b"retry")
        status, out, err = served.stop()
    assert status == 0, err
    assert SENTINEL not in out + err
    with closing(sqlite3.connect(bot.folder / "run.db")) as database:
        assert database.execute("SELECT status FROM inbox").fetchall() == [("done",)]
    assert SENTINEL.encode() not in (bot.folder / "run.db").read_bytes()


def test_an_address_that_is_taken_is_said(bot: Bot) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        said = bot.call("run", port=port).complaint
    assert port in said and "SIGNPOST_PORT" in said
    assert not (bot.folder / "data").exists()
