"""Who may import whom: the rooms of the house, and which library stays in which room."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.rules.sources import Import, at_import, imports, modules, room

pytestmark = pytest.mark.rules

PLAIN = {"errors", "messages", "logs"}
"""What has no duty but to be shared."""

MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    # What a turn says may carry a record; so the rules for records don't know what is said.
    "messages": {"cases"},
    "logs": set(),
    # What the store and a channel share of what came in, so that neither knows the other.
    "updates": {"messages"},
    # How the text of a setting becomes a value.
    "values": set(),
    "settings": {"errors", "values"},
    "policy": PLAIN,
    "cases": {"errors", "logs"},
    "language": PLAIN,
    "store": PLAIN | {"cases", "updates"},
    "dialogue": PLAIN | {"language", "policy", "cases"},
    "first": PLAIN | {"language", "policy", "cases", "standing"},
    "standing": PLAIN | {"policy"},
    "drafts": PLAIN | {"store"},
    "turn": PLAIN | {"store", "cases"},
    "delivery": PLAIN | {"store", "cases"},
    "channels": PLAIN | {"turn", "cases", "updates"},
    "on_telegram": PLAIN | {"settings", "policy", "cases", "store", "turn", "channels"},
    "parts": PLAIN
    | {"settings", "policy", "cases", "language", "dialogue", "first", "store", "channels"}
    | {"health"},
    # `readers` says what a good name, address and passphrase is, for the terminal and the desk.
    "desk": PLAIN | {"turn", "cases", "store", "readers"},
    # The one application that a browser sees; it is handed the desk's routes, and knows no desk.
    "site": PLAIN | {"channels"},
    "doctor": PLAIN
    | {"settings", "policy", "language", "dialogue", "store", "readers"}
    | {"values"},
    "health": PLAIN | {"store"},
    "figures": PLAIN | {"health", "turn"},
    "ping": PLAIN | {"health"},
    "backups": PLAIN | {"settings", "store"},
    "rights": PLAIN | {"settings", "store"},
    "stuck": PLAIN | {"settings", "store"},
    "gaps": PLAIN | {"settings", "policy", "language", "store"},
    # Shows the desk what the policies say, in the desk's own terms.
    "book": PLAIN | {"policy", "store", "desk"},
    "invitations": PLAIN | {"settings", "policy", "cases", "store"},
    "holidays": set(),
    "minder": PLAIN | {"store", "cases"},
    "retention": PLAIN | {"store", "cases"},
    "morning": PLAIN | {"store", "cases"},
    "times": PLAIN | {"policy", "cases", "holidays"},
    "readers": PLAIN | {"settings", "policy", "cases", "store", "values"},
    "verbs": PLAIN
    | {"settings", "policy", "dialogue", "channels", "delivery", "doctor", "gaps", "readers", "app"}
    | {"backups", "book", "cases", "desk", "invitations", "language", "parts", "retention", "site"}
    | {"figures", "ping", "rights", "store", "stuck", "times", "values"},
    "__main__": PLAIN | {"verbs"},
}
"""`app` is missing, because it alone may import every room; nothing but the verbs imports it."""

STAYS_IN: dict[str, tuple[str, ...]] = {
    "rasa": ("bot/dialogue/", "bot/language/"),
    "rasa_sdk": ("bot/dialogue/", "bot/language/"),
    "sqlalchemy": ("bot/store/",),
    "alembic": ("bot/store/",),
    "aiosqlite": ("bot/store/",),
    "asyncpg": ("bot/store/",),
    "sqlite3": ("bot/store/",),
    "telegram": ("bot/channels/telegram",),
    "httpx": ("bot/channels/telegram", "bot/ping.py"),
    "prometheus_client": ("bot/figures.py",),
    "aiosmtplib": ("bot/channels/email",),
    "nacl": ("bot/store/",),
    "holidays": ("bot/holidays.py",),
    "starlette": (
        "bot/desk/",
        "bot/channels/web",
        "bot/channels/telegram",
        "bot/site.py",
        "bot/verbs/run.py",
        "bot/verbs/watch.py",
    ),
    "jinja2": ("bot/desk/", "bot/channels/web"),
    "uvicorn": ("bot/channels/telegram", "bot/verbs/"),
    "typer": ("bot/verbs/", "bot/__main__.py"),
    "rich": ("bot/verbs/",),
}

PLAIN_RULES = ("cases",)
"""Rooms of plain rules, which need nothing but Python."""

READ_AT_IMPORT = re.compile(
    r"\bos\.(environ|getenv|urandom)\b|\b(random|secrets|uuid)\.\w+"
    r"|\b(datetime|date|time)\.(now|today|utcnow|time|monotonic)\b|\bcreate_(async_)?engine\b"
)


def wrong_rooms(found: Iterable[Import]) -> Iterator[str]:
    for one in found:
        top, _, rest = one.module.partition(".")
        if top != "bot" or one.room == "app":
            continue
        target = rest.partition(".")[0]
        if target != one.room and target not in MAY_IMPORT.get(one.room, set()):
            yield f"{one}: {one.room} may not know {target}"


def wrong_libraries(found: Iterable[Import]) -> Iterator[str]:
    for one in found:
        library = one.module.partition(".")[0]
        homes = STAYS_IN.get(library)
        if homes and not one.importer.as_posix().startswith(homes):
            yield f"{one}, which stays in {' and '.join(homes)}"


def all_imports() -> list[Import]:
    return [one for module in modules() for one in imports(module)]


def test_every_room_keeps_to_its_neighbours() -> None:
    assert list(wrong_rooms(all_imports())) == []


def test_every_library_stays_in_its_room() -> None:
    assert list(wrong_libraries(all_imports())) == []


def test_plain_rules_need_nothing_but_python() -> None:
    import sys

    foreign = [
        str(one)
        for one in all_imports()
        if one.room in PLAIN_RULES
        and one.module.partition(".")[0] not in {"bot", *sys.stdlib_module_names}
    ]
    assert foreign == []


def test_every_room_has_a_rule() -> None:
    assert {room(module) for module in modules()} - {"app"} <= MAY_IMPORT.keys()


def test_channels_and_desk_never_meet() -> None:
    assert "desk" not in MAY_IMPORT["channels"]
    assert "channels" not in MAY_IMPORT["desk"]


def test_nothing_of_the_moment_is_read_at_import() -> None:
    read = [
        f"{module}:{line} reads {name}"
        for module in modules()
        for line, name in at_import(module)
        if READ_AT_IMPORT.search(name)
    ]
    assert read == []


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("bot/channels/web/pages.py", "from bot.desk import pages"),
        ("bot/desk/pages.py", "import bot.channels.terminal"),
        ("bot/policy/pack.py", "from bot.store import Store"),
        ("bot/cases/clock.py", "def due():\n    from bot import settings"),
        ("bot/store/store.py", "from bot.app import App"),
        ("bot/turn.py", "from bot.dialogue.agent import Dialogue"),
        ("bot/attic/box.py", "from bot.store import Store"),
    ],
)
def test_a_wrong_room_is_found(module: str, text: str) -> None:
    assert list(wrong_rooms(imports(Path(module), text)))


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("bot/app.py", "import rasa.core"),
        ("bot/turn.py", "from sqlalchemy import select"),
        ("bot/channels/web.py", "from telegram.ext import Application"),
        ("bot/channels/terminal.py", "import starlette"),
        ("bot/policy/pack.py", "def read():\n    import rasa_sdk"),
    ],
)
def test_a_library_out_of_its_room_is_found(module: str, text: str) -> None:
    assert list(wrong_libraries(imports(Path(module), text)))


@pytest.mark.parametrize(
    "text",
    [
        "HOME = os.environ['HOME']",
        "class A:\n    born = datetime.now(timezone.utc)",
        "def f(at=datetime.now()): ...",
        "if random.random() > 0.5: pass",
        "engine = create_engine('sqlite://')",
    ],
)
def test_what_is_read_at_import_is_found(text: str) -> None:
    assert any(READ_AT_IMPORT.search(name) for _, name in at_import(Path("x.py"), text))


def test_what_a_function_reads_later_is_not_read_at_import() -> None:
    text = "def now():\n    return datetime.now()\nlater = lambda: os.environ"
    assert list(at_import(Path("x.py"), text)) == []
