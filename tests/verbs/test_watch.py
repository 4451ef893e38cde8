"""A bot that runs shows its health to everybody, and its figures on a door of their own."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request

from bot.health import FRESH
from tests.channels.web.browser import check, chromium, picture, serve
from tests.ports import free_port
from tests.verbs.calling import SENTINEL, Bot


def fetched(address: str) -> tuple[int, str, str]:
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:
            return answer.status, answer.headers["content-type"], answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers["content-type"], error.read().decode()


def sure(address: str) -> tuple[int, str, str]:
    """On a machine that is busy with other things, a part may be late at one look."""
    for _ in range(10):
        answer = fetched(address)
        if answer[0] == 200:
            break
        time.sleep(FRESH.total_seconds())
    return answer


def test_its_health_and_its_figures(bot: Bot) -> None:
    port = free_port()
    served = serve(bot, metrics_on=f"127.0.0.1:{port}", log_level="DEBUG")
    assert sure(f"{served.address}/healthz")[::2] == (200, "well")
    status, _, page = sure(f"{served.address}/status")
    assert (status, "It works" in page) == (200, True)
    assert fetched(f"{served.address}/metrics")[0] == 404

    status, kind, text = sure(f"http://127.0.0.1:{port}/metrics")
    assert (status, kind.partition(";")[0]) == (200, "text/plain")
    assert 'signpost_part_works{part="danger"} 1.0' in text
    status, _, parts = sure(f"http://127.0.0.1:{port}/healthz")
    assert json.loads(parts)["well"] is True
    assert set(json.loads(parts)["parts"].values()) == {"works"}
    ended, out, err = served.stop()
    assert ended == 0, err
    assert SENTINEL not in out + err
    assert "Traceback" not in err


def test_without_a_model_it_says_so_to_everybody(bot: Bot) -> None:
    # `run` would train one; a model that can't be read is what is left after a bad copy.
    from bot.dialogue.training import model_path

    bot.settings["SIGNPOST_MODEL_DIR"] = str(bot.folder)
    model_path(bot.folder).write_bytes(b"not a model")
    served = serve(bot)
    assert fetched(f"{served.address}/healthz")[::2] == (503, "not well")
    status, _, page = fetched(f"{served.address}/status")
    assert (status, "can&#39;t be answered just now" in page) == (503, True)
    assert served.stop()[0] == 0


def test_a_door_for_figures_that_is_taken_is_named(bot: Bot) -> None:
    port = free_port()
    said = bot.call("run", port=str(port), metrics_on=f"127.0.0.1:{port}").complaint
    assert "SIGNPOST_METRICS_ON" in said


def test_the_status_page_is_readable_by_everybody(bot: Bot) -> None:
    with chromium() as browser:
        served = serve(bot)
        for width, scheme in ((360, "light"), (1280, "dark")):
            page = browser.new_page(
                viewport={"width": width, "height": 740},
                color_scheme=scheme,  # type: ignore[arg-type]
            )
            sure(f"{served.address}/status")
            page.goto(f"{served.address}/status")
            page.get_by_role("heading", name="It works").wait_for()
            check(page)
            picture(page, f"status-{width}-{scheme}")
            page.close()
        assert served.stop()[0] == 0
