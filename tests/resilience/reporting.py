"""Kills a bot while reports are handed over and their alerts go out, and then counts.

Each life is a program of its own with the real store, turns, couriers and Telegram channel, against
a real mail server and a fake Telegram in the parent, which outlive it. It takes what it is told on
standard input, notes what it has kept, and notes each confirmation that it brought. A report comes
with a file, in two messages. Meanwhile the lead presses “Seen” under some of the alerts.

`python -m tests.resilience.reporting DATABASE_URL KILLS`.
"""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import sys
import tempfile
import uuid
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from bot.cases.entries import SECTIONS
from bot.cases.people import Way
from bot.cases.records import LEAST_BYTES, Evidence, NewRecord, read_reference, reference
from bot.channels.email import EmailSender
from bot.channels.telegram.channel import Access, Company, Telegram
from bot.channels.telegram.contracts import Noted
from bot.channels.telegram.keyboards import NUMBER
from bot.delivery import Courier, Pace, Sender
from bot.messages import Arrival, Reply, Said
from bot.store import Store
from bot.store.keyring import unlock
from bot.store.lists import Filter
from bot.turn import Turns
from tests.cases.people import SCHOOL
from tests.channels.postbox import Postbox, listening
from tests.channels.telegram.fake_api import TOKEN, FakeApi, running
from tests.channels.telegram.house import FAST, Keeper
from tests.resilience.killing_telegram import HASTE
from tests.store.readers import PASSPHRASE, School

CHANNEL = "pipe"
REPORTS = 3
"""New reports in each life."""
LEASE = timedelta(seconds=1.5)
LONGEST_LIFE = 1.0
PRESSES = 0.7
"""In so many lives the lead presses “Seen” once."""

CHATS = (701, 702)
IDLE = 5.0
"""Seconds without work after which the last life ends: what Telegram holds comes in meanwhile."""
KEPT, CONFIRMED = "kept", "confirmed"


@dataclass(frozen=True)
class Outcome:
    kills: int
    sent: int
    stored_once: int
    stored_twice: int
    files_missing: int
    confirmed_not_stored: int
    alerts_missing: int
    alerts_again: int
    seen: int
    seen_too_early: int
    seen_forgotten: int
    audit_faults: int
    drafts_left: int


class Reporter:
    """Hands over whatever a message says; its file came with the message before."""

    async def respond(self, arrival: Arrival, memory: bytes | None) -> tuple[Said, bytes]:
        kind, _, told = arrival.text.partition(" ")
        if kind == "file":
            file = Evidence("text/plain", told.encode())
            return Said((Reply("Thank you."),), "flow", evidence=(file,)), b"m"
        name = reference(secrets.token_bytes(LEAST_BYTES))
        record = NewRecord(name, SCHOOL, "urgent", "immediate", "pupil", words=told)
        return Said((Reply(f"Stored as {name}."),), "flow", record=record), b"m"


class Printer:
    async def send(self, conversation: str, reply: Reply, reference: str) -> None:
        if reply.text.startswith("Stored as "):
            _note(CONFIRMED, read_reference(reply.text.split()[-1].rstrip(".")))


def _note(word: str, what: str) -> None:
    sys.stdout.write(f"{word} {what}\n")
    sys.stdout.flush()


async def live(url: str, key_file: str, port: int, telegram_port: int) -> None:
    """One life: until it is killed, or nothing is left to do for a while after the last line."""
    store = await _open(url, Path(key_file))
    apology = [Reply("Sorry.")]
    turns = Turns(
        store,
        Reporter(),
        lambda school: apology,
        now=_now,
        owner=_new_id(),
        lease=LEASE,
        workers=2,
    )
    mail = EmailSender(
        lambda reader: store.address(reader, "email"),
        "bot@oakfield.example",
        host="127.0.0.1",
        port=port,
        user=None,
        password=None,
        tls="none",
        now=_now,
    )
    telegram = _telegram(store, telegram_port)
    pace = Pace(lease=LEASE, patience=LEASE / 2, poll=timedelta(milliseconds=50))
    ways: dict[str, Sender] = {CHANNEL: Printer(), "email": mail, "telegram": telegram.sender}
    couriers = [
        Courier(store, way, to, owner=_new_id(), now=_now, random=random.Random(), pace=pace)
        for way, to in ways.items()
    ]
    runs = [turns.run(), telegram.run(), *(courier.run() for courier in couriers)]
    working = [asyncio.create_task(run) for run in runs]
    for line in sys.stdin:
        arrival = Arrival(**json.loads(line))
        await turns.accept(arrival)
        _note(KEPT, arrival.update)
        await asyncio.sleep(0)
    idle_since = _now()
    while _now() - idle_since < timedelta(seconds=IDLE):
        await asyncio.sleep(0.05)
        counts = await store.counts()
        if counts.waiting or counts.outgoing:
            idle_since = _now()
    await turns.stop()
    await telegram.stop()
    for courier in couriers:
        courier.stop()
    await asyncio.gather(*working)
    await store.close()


def _telegram(store: Store, port: int) -> Telegram:
    async def think(arrival: Arrival) -> Said:
        return Said((Reply("Thank you."),), "answer")

    async def called() -> None:
        return None

    async def seen(token: str) -> Noted | None:
        found = await store.minding.seen(token)
        return None if found is None else Noted(found.reader, found.reference)

    async def numbers(reader: int, chat: int) -> str | None:
        return None

    company = Company(
        Keeper(set(CHATS)),
        think,
        lambda reader: store.address(reader, "telegram"),
        called,
        seen,
        numbers,
        lambda reference: None,
    )
    url = f"http://127.0.0.1:{port}"
    return Telegram(
        Access(TOKEN, url),
        store.doorstep,
        company,
        now=_now,
        holder=_new_id(),
        random=random.Random(),
        patience=HASTE,
        limits=FAST,
    )


async def kill(url: str, kills: int, seed: int, folder: Path) -> Outcome:
    chance, box = random.Random(seed), Postbox()
    key_file = folder / "signpost.key"
    store = await _open(url, key_file)
    school = await School.opened(store)
    people = [
        await school.add("Lucy Coull", "dsl", ways=_ways("coull", CHATS[0])),
        await school.add("Ian Rowden", "head", ways=_ways("rowden", CHATS[1])),
    ]
    await store.close()
    sent: list[str] = []
    waiting: dict[str, Arrival] = {}
    confirmed: set[str] = set()
    pressed: dict[str, datetime] = {}
    async with listening(box) as port, running(FakeApi()) as fake:
        for number in range(kills + 1):
            for _ in range(REPORTS):
                words = f"report {len(sent)}"
                for kind in ("file", "report"):
                    update = f"{kind}-{len(sent)}"
                    said = f"{kind} {words}"
                    waiting[update] = Arrival(
                        CHANNEL, update, f"pipe:{len(sent)}", SCHOOL, "staff", said
                    )
                sent.append(words)
            life = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "tests.resilience.reporting",
                url,
                str(key_file),
                str(port),
                str(fake.port),
                "live",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
            )
            assert life.stdin is not None
            assert life.stdout is not None
            lines = [json.dumps({**vars(one), "files": []}) + "\n" for one in waiting.values()]
            life.stdin.write("".join(lines).encode())
            life.stdin.close()
            ends = asyncio.create_task(_hear(life.stdout, waiting, confirmed))
            if number < kills:
                await _first_kept(ends, waiting, len(lines))
                await asyncio.sleep(chance.uniform(0, LONGEST_LIFE))
                if chance.random() < PRESSES:
                    await _press(fake, chance, pressed)
                    await asyncio.sleep(chance.uniform(0, LONGEST_LIFE))
                if life.returncode is None:
                    life.kill()
            await ends
            await life.wait()
    assert not waiting
    came = Counter((NUMBER.findall(mail.get_content())[0], mail["To"]) for mail in box.mails)
    for call in fake.of("sendMessage"):
        came[NUMBER.findall(call["text"])[0], f"chat {call['chat_id']}"] += 1
    return await _count(url, key_file, people[0], kills, sent, confirmed, pressed, came)


def _ways(name: str, chat: int) -> dict[Way, str]:
    return {"email": f"{name}@oakfield.example", "telegram": f"{chat}"}


async def _press(fake: FakeApi, chance: random.Random, pressed: dict[str, datetime]) -> None:
    """The lead presses the button under one of the alerts that they have."""
    shown = [
        (number, message)
        for (chat, number), message in fake.sent.items()
        if chat == CHATS[0] and message.get("reply_markup")
    ]
    if shown:
        number, message = chance.choice(shown)
        pressed.setdefault(NUMBER.findall(message["text"])[0], _now())
        button = message["reply_markup"]["inline_keyboard"][0][0]
        await fake.press_data(CHATS[0], number, button["callback_data"])


async def _first_kept(ends: asyncio.Task[None], waiting: dict[str, Arrival], before: int) -> None:
    while len(waiting) == before and not ends.done():
        await asyncio.sleep(0.005)


async def _hear(
    said: asyncio.StreamReader, waiting: dict[str, Arrival], confirmed: set[str]
) -> None:
    async for line in said:
        word, _, what = line.decode().strip().partition(" ")
        if word == KEPT:
            waiting.pop(what, None)
        elif word == CONFIRMED:
            confirmed.add(what)


async def _count(
    url: str,
    key_file: Path,
    lead: int,
    kills: int,
    sent: list[str],
    confirmed: set[str],
    pressed: dict[str, datetime],
    came: Counter[tuple[str, str]],
) -> Outcome:
    store = await _open(url, key_file)
    everything = Filter(sections=SECTIONS, limit=len(sent) + 1)
    lines = await store.casework.inbox(lead, everything)
    seen = {line.reference: line.seen_at for line in lines if line.seen_at is not None}
    early = sum(seen_at < pressed.get(name, _now()) for name, seen_at in seen.items())
    early += sum(line.status != "received" for line in lines if line.reference not in pressed)
    private = unlock(await store.reader_keys(lead), PASSPHRASE)
    stored, files_missing = Counter[str](), 0
    for line in lines:
        case = await store.casework.opened(line.reference, lead, private)
        words = case.opened.record.words
        stored[words] += 1
        files = [
            await store.casework.evidence(line.reference, file.number, lead, private)
            for file in case.files
        ]
        files_missing += [file.content.decode() for file in files] != [words]
    per_record = Counter(name for name, _ in came)
    outcome = Outcome(
        kills=kills,
        sent=len(sent),
        stored_once=sum(stored[words] == 1 for words in sent),
        stored_twice=sum(stored[words] > 1 for words in sent),
        files_missing=files_missing,
        confirmed_not_stored=len(confirmed - {line.reference for line in lines}),
        alerts_missing=sum(2 * len(CHATS) - per_record[line.reference] for line in lines),
        alerts_again=sum(came.values()) - len(came),
        seen=len(seen),
        seen_too_early=early,
        seen_forgotten=len(pressed.keys() - seen.keys()),
        audit_faults=len((await store.casework.verify_audit()).faults),
        drafts_left=await _drafts(store),
    )
    await store.close()
    return outcome


async def _drafts(store: Store) -> int:
    found: int = await store._database.read(
        lambda at: at.exec_driver_sql("SELECT count(*) FROM draft_evidence").scalar()
    )
    return found


async def _open(url: str, key_file: Path) -> Store:
    return await Store.open(url, key_file, now=_now, new_id=_new_id)


def _now() -> datetime:
    return datetime.now(timezone.utc)


def _new_id() -> str:
    return uuid.uuid4().hex


def main() -> None:
    if sys.argv[-1] == "live":
        asyncio.run(live(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
        return
    url, kills = sys.argv[1], int(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        seed = random.SystemRandom().randrange(2**32)
        print(json.dumps(asdict(asyncio.run(kill(url, kills, seed, Path(folder))))))


if __name__ == "__main__":
    main()
