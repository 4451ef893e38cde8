"""Looks at an installation the way a technician would, and says in plain words what to do.

Each check stands alone and never stops the next one: the list is most useful when much is broken.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.errors import BotError, PackError, StoreError
from bot.settings import Settings
from bot.values import OWN_MACHINE

if TYPE_CHECKING:
    from bot.readers import State
    from bot.store import Store

UNKNOWN = "nothing is known while the policies or the database can't be read"
LONGEST_WITHOUT_BACKUP = timedelta(days=7)
LEAST_DISK = 500 * 2**20
ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Finding:
    what: str
    fine: bool
    says: str


async def examine(
    settings: Settings, *, now: Callable[[], datetime], new_id: Callable[[], str]
) -> list[Finding]:
    checks: list[tuple[str, Callable[[], Awaitable[str]]]] = [
        ("Python", _python),
        ("lock file", _lock),
        ("sentence encoder", _encoder),
        ("model", lambda: _model(settings)),
        ("danger", _danger),
        ("policies", lambda: _policies(settings)),
        ("database", lambda: _database(settings, now, new_id)),
        ("key", lambda: _key(settings)),
        ("audit", lambda: _audit(settings, now, new_id)),
        ("backup", lambda: _backup(settings, now, new_id)),
        ("reports", lambda: _reports(settings, now, new_id)),
        ("address", lambda: _address(settings)),
        ("disk", lambda: _disk(settings)),
        ("clock", lambda: _clock(now())),
    ]
    findings = []
    for what, check in checks:
        try:
            findings.append(Finding(what, True, await check()))
        except BotError as error:
            findings.append(Finding(what, False, str(error)))
        except Exception as error:  # noqa: BLE001  # the remaining checks still matter
            findings.append(
                Finding(what, False, f"the check itself failed: {type(error).__name__}")
            )
    return findings


async def _python() -> str:
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] != (3, 10):
        raise BotError(f"this is Python {found}; Rasa needs 3.10. Start the bot with `make run`.")
    return found


async def _lock() -> str:
    wrong = []
    locked = dict(_locked())
    for package in metadata.distributions():
        name = package.metadata["Name"].lower().replace("_", "-").replace(".", "-")
        if name in locked and package.version not in locked[name]:
            wrong.append(f"{name} {package.version}")
    if wrong:
        raise BotError(
            f"not the locked version: {', '.join(sorted(wrong))}. "
            "Delete the folder .venv and run `make run`."
        )
    return "the installed packages are the locked ones"


def _locked() -> Iterator[tuple[str, set[str]]]:
    versions: dict[str, set[str]] = {}
    name = ""
    for line in (ROOT / "uv.lock").read_text(encoding="utf-8").splitlines():
        if line.startswith("name = "):
            name = line.split('"')[1]
        elif line.startswith("version = ") and name:
            versions.setdefault(name, set()).add(line.split('"')[1])
    yield from versions.items()


async def _encoder() -> str:
    from bot.language.weights import verified_files

    verified_files()
    return "the weights are the published ones"


async def _model(settings: Settings) -> str:
    from bot.dialogue.training import model_path

    path = model_path(settings.model_dir)
    if not path.exists():
        raise BotError("the model is missing or out of date. Run `make train`.")
    from bot.dialogue.agent import Dialogue

    Dialogue(path, lambda domain: ())
    return f"{path.name} can be read"


async def _danger() -> str:
    from bot.language.urgent.model import AlarmModel, fingerprint

    if AlarmModel.load().made_from != fingerprint():
        raise BotError(
            "what danger is noticed by doesn't fit the encoder: take nlu/urgent.npz and the tuning "
            "from the repository again, or make them anew with `make tune`."
        )
    return "noticed by meaning and wording"


async def _policies(settings: Settings) -> str:
    from bot.policy.library import Library

    try:
        library = Library.load(settings.content_dir)
    except PackError as error:
        raise BotError(
            f"{error} A bot that is running goes on with the last version that could be read; "
            "one that is started now would stop with this message."
        ) from error
    return f"{len(library.packs)} schools"


@asynccontextmanager
async def _opened(
    settings: Settings, now: Callable[[], datetime], new_id: Callable[[], str]
) -> AsyncIterator[Store | None]:
    """The database as it is; nothing where there is none yet, since looking mustn't make one."""
    from bot.store import Store

    file = _file(settings)
    if file is not None and not file.exists():
        yield None
        return
    store = await Store.open(settings.database_url, settings.key_file, now=now, new_id=new_id)
    try:
        yield store
    finally:
        await store.close()


async def _database(
    settings: Settings, now: Callable[[], datetime], new_id: Callable[[], str]
) -> str:
    async with _opened(settings, now, new_id) as store:
        if store is None:
            return f"there is none yet; the first start makes {_file(settings)}"
        counts = await store.counts()
        aside = await store.doorstep.aside()
    wrong = [
        f"{number} {what}"
        for number, what in (
            (counts.failed, "messages could not be answered"),
            (counts.dead, "replies could not be delivered"),
            (aside, "updates from Telegram could not be read and were set aside"),
        )
        if number
    ]
    if wrong:
        raise BotError(
            f"{', '.join(wrong)}; they are kept. `python -m bot stuck list` shows them, and what "
            "to do with them."
        )
    return f"{counts.waiting} messages waiting, {counts.outgoing} replies on their way"


async def _key(settings: Settings) -> str:
    if not settings.key_file.exists():
        return "there is none yet; the first start makes it, and you copy it to a safe place"
    mode = settings.key_file.stat().st_mode & 0o777
    if mode & 0o077:
        raise BotError(
            f"others on this machine can read {settings.key_file} (mode {mode:o}). "
            f"Run `chmod 600 {settings.key_file}`."
        )
    return "only this account can read it"


async def _audit(settings: Settings, now: Callable[[], datetime], new_id: Callable[[], str]) -> str:
    try:
        async with _opened(settings, now, new_id) as store:
            if store is None:
                return "nothing is written in it yet"
            found = await store.casework.verify_audit()
    except StoreError:
        return UNKNOWN
    if found.faults:
        raise BotError(
            f"{len(found.faults)} of its rows are not as they were written. Keep the database as "
            "it is, and see `python -m bot audit verify` and docs/incidents.md."
        )
    return f"all {found.rows} rows stand as they were written"


async def _backup(
    settings: Settings, now: Callable[[], datetime], new_id: Callable[[], str]
) -> str:
    try:
        async with _opened(settings, now, new_id) as store:
            if store is None:
                return "there is nothing to back up yet"
            overdue, last = await store.backup_overdue(LONGEST_WITHOUT_BACKUP)
    except StoreError:
        return UNKNOWN
    when = "none was made yet" if last is None else f"the last was made on {last:%d %B %Y}"
    if overdue:
        raise BotError(f"{when}, and there are reports that would be lost: see docs/backup.md.")
    return when


async def _address(settings: Settings) -> str:
    inside = settings.host in OWN_MACHINE
    if settings.public_url is not None:
        if settings.public_url.startswith("http:") and not _own(settings.public_url):
            raise BotError(
                f"people reach the pages at {settings.public_url}, which doesn't encrypt: what "
                "they write can be read on its way. Put a web server with a certificate before it."
            )
        return f"people reach the pages at {settings.public_url}"
    if not inside:
        raise BotError(
            f"other machines can reach the pages at {settings.host} without encryption. Put a web "
            "server with a certificate before them, and name it in SIGNPOST_PUBLIC_URL."
        )
    return "only this machine reaches the pages"


def _own(url: str) -> bool:
    return urlsplit(url).hostname in OWN_MACHINE


async def _reports(
    settings: Settings, now: Callable[[], datetime], new_id: Callable[[], str]
) -> str:
    try:
        state = await _state(settings, now, new_id)
    except BotError:
        return UNKNOWN
    wrong = []
    if state.not_taken:
        wrong.append(
            f"there is nobody to receive reports at {', '.join(state.not_taken)}, and the forms "
            "there say so and ask nothing: use `people add`, or take the folder of a school that "
            "isn't yours out of the policies"
        )
    if state.unheard:
        silent = ", ".join(f"reader {number} at {school}" for school, number in state.unheard)
        wrong.append(
            f"nothing tells {silent} that one waits; use `people email` and set "
            "SIGNPOST_SMTP_URL, or use `invite reader`"
        )
    if state.dead:
        wrong.append(f"{state.dead} alerts could not be delivered; `records list` shows what waits")
    if state.unseen:
        wrong.append(
            f"nobody has seen {', '.join(state.unseen)}, though everybody in line was told: "
            "speak to them"
        )
    if wrong:
        raise BotError(f"{'; '.join(wrong)}.")
    return f"taken at {', '.join(state.taken)}"


async def _state(
    settings: Settings, now: Callable[[], datetime], new_id: Callable[[], str]
) -> State:
    """How it stands with readers; before the first start there are none, and looking makes none."""
    from bot.policy.library import Library
    from bot.readers import Readers, State

    file = _file(settings)
    if file is not None and not file.exists():
        return State((), tuple(Library.load(settings.content_dir).schools()), (), 0)
    async with Readers.opened(settings, now=now, new_id=new_id) as readers:
        return await readers.state(_ways(settings))


def _ways(settings: Settings) -> set[str]:
    """The ways to readers that are open here."""
    ways = {"email": settings.smtp_url, "telegram": settings.telegram_token}
    return {way for way, there in ways.items() if there}


def _file(settings: Settings) -> Path | None:
    """The database's file, or None for a server."""
    from bot.store.place import Place

    return Place.of(settings.database_url).file


async def _disk(settings: Settings) -> str:
    file = _file(settings)
    folders = [settings.model_dir] if file is None else [settings.model_dir, file.parent]
    free = min(_free(folder.resolve()) for folder in folders)
    if free < LEAST_DISK:
        raise BotError(f"only {free // 2**20} MB are free; make room for at least 500 MB.")
    return f"{free // 2**20} MB free"


def _free(folder: Path) -> int:
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


async def _clock(now: datetime) -> str:
    installed = datetime.fromtimestamp((ROOT / "uv.lock").stat().st_mtime, timezone.utc)
    if now < installed - timedelta(days=1):
        raise BotError(
            f"it says {now:%d %B %Y}, before this copy was installed. Set the machine's clock: "
            "due times depend on it."
        )
    return f"{now:%d %B %Y, %H:%M} UTC; this machine's own time zone is {time.tzname[0]}"
