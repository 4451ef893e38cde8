"""What the desk needs of the store; its front door is `store.desk`.

Who is signed in, how often somebody has tried, and links that can be used once. Each method is one
committed transaction, and what may happen once only is a condition of the statement that does it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.engine import Connection

from bot.cases.entries import KeptEntry, Task
from bot.cases.people import Reader
from bot.cases.records import Evidence, OpenedRecord
from bot.cases.routing import Handover
from bot.errors import BotError
from bot.store import audit, desk_accounts, desk_lists, entries, records, tries
from bot.store import readers as people
from bot.store.desk_accounts import Account, Factor
from bot.store.desk_lists import Counted
from bot.store.desk_tables import desk_sessions, desk_setups
from bot.store.engine import Database
from bot.store.keyring import ReaderKeys
from bot.store.readers import NewReader
from bot.store.sealing import Sealer
from bot.store.tables import readers

TOUCH_EACH = timedelta(seconds=20)
"""That somebody is there is noted this often and not for each page, as each note costs a commit."""

LINK_LIFE = timedelta(days=1)

USED = (
    "This link has been used already, or is too old. Start Signpost again: as long as a school has "
    "nobody who receives reports, it prints a new one."
)


@dataclass(frozen=True)
class Session:
    reader: Reader
    whole: bool


class Desk:
    def __init__(self, database: Database, sealer: Sealer, now: Callable[[], datetime]) -> None:
        self._database = database
        self._sealer = sealer
        self._now = now

    async def account(self, typed: str) -> Account | None:
        """Who signs in with this address or number."""
        return await self._database.read(lambda at: desk_accounts.find(at, self._sealer, typed))

    async def offer_factor(self, reader: int, secret: bytes) -> Factor:
        return await self._database.write(lambda at: desk_accounts.offer_factor(at, reader, secret))

    async def use_step(self, reader: int, step: int, *, confirm: bool = False) -> bool:
        """Use up a code; `confirm` where it shows that a new second factor works."""
        return await self._database.write(
            lambda at: desk_accounts.use_step(at, reader, step, confirm=confirm)
        )

    async def renew(self, account: Account, keys: ReaderKeys, recovery: bytes) -> None:
        """A new passphrase for somebody who has the school's recovery sheet."""
        await self._database.write(
            lambda at: desk_accounts.renew(at, self._sealer, account, keys, recovery)
        )

    async def recovery(self, school: str) -> bytes | None:
        """The public half of what stands on the school's recovery sheet."""
        return await self._database.read(lambda at: people.recovery(at, school))

    async def begin(self, token: str, reader: int, *, whole: bool) -> None:
        now = self._now()
        row = {"token_hash": hashed(token), "reader_id": reader, "whole": whole}
        await self._database.write(
            lambda at: at.execute(insert(desk_sessions).values(**row, begun_at=now, last_at=now))
        )

    async def session(self, token: str, idle: timedelta, longest: timedelta) -> Session | None:
        """Who this is, if they were here lately; they are now."""
        now = self._now()

        def found(at: Connection) -> tuple[Session, datetime] | None:
            row = at.execute(
                select(
                    desk_sessions.c.reader_id,
                    desk_sessions.c.whole,
                    desk_sessions.c.last_at,
                    readers.c.school,
                )
                .join(readers, readers.c.id == desk_sessions.c.reader_id)
                .where(
                    desk_sessions.c.token_hash == hashed(token),
                    desk_sessions.c.last_at > now - idle,
                    desk_sessions.c.begun_at > now - longest,
                    readers.c.active,
                )
            ).first()
            if row is None:
                return None
            for reader in people.listed(at, self._sealer, row.school):
                if reader.id == row.reader_id:
                    return Session(reader, row.whole), row.last_at
            return None

        session = await self._database.read(found)
        if session is None:
            return None
        if session[1] <= now - TOUCH_EACH:
            await self._touch(token, now)
        return session[0]

    async def _touch(self, token: str, now: datetime) -> None:
        mine = desk_sessions.c.token_hash == hashed(token)
        await self._database.write(
            lambda at: at.execute(update(desk_sessions).where(mine).values(last_at=now))
        )

    async def end(self, token: str) -> None:
        await self._database.write(
            lambda at: at.execute(
                delete(desk_sessions).where(desk_sessions.c.token_hash == hashed(token))
            )
        )

    async def end_all(self, reader: int) -> None:
        await self._database.write(
            lambda at: at.execute(delete(desk_sessions).where(desk_sessions.c.reader_id == reader))
        )

    async def forget_sessions(self, idle: timedelta, longest: timedelta) -> None:
        """Erase what is over: sessions, tries and links."""
        now = self._now()
        over = (
            delete(desk_sessions).where(desk_sessions.c.last_at <= now - idle),
            delete(desk_sessions).where(desk_sessions.c.begun_at <= now - longest),
            delete(desk_setups).where(desk_setups.c.made_at <= now - LINK_LIFE),
        )

        def forget(at: Connection) -> None:
            for one in over:
                at.execute(one)
            tries.forget_old(at, now)

        await self._database.write(forget)

    async def take_try(self, name: str, wait: Callable[[int], timedelta]) -> datetime | None:
        """Count a try under this name before it is made; when to come back if it may not be."""
        key = self._sealer.name_for(name)
        return await self._database.write(lambda at: tries.take(at, key, self._now(), wait))

    async def forget_tries(self, name: str) -> None:
        key = self._sealer.name_for(name)
        await self._database.write(lambda at: tries.forget(at, key))

    async def invite(self, token: str) -> None:
        """Make a link that sets up a school's first reader; older ones that wait are void."""
        now = self._now()

        def made(at: Connection) -> None:
            at.execute(delete(desk_setups))
            at.execute(insert(desk_setups).values(token_hash=hashed(token), made_at=now))

        await self._database.write(made)

    async def invited(self, token: str) -> bool:
        """Whether the link still works."""
        fresh = desk_setups.c.made_at > self._now() - LINK_LIFE
        return await self._database.read(
            lambda at: (
                at.execute(
                    select(desk_setups).where(desk_setups.c.token_hash == hashed(token), fresh)
                ).first()
                is not None
            )
        )

    async def without_readers(self, schools: Sequence[str]) -> list[str]:
        """Those of the schools that nobody receives reports at."""
        taken = select(readers.c.school).where(readers.c.active).distinct()
        have = await self._database.read(lambda at: set(at.execute(taken).scalars()))
        return [school for school in schools if school not in have]

    async def first_reader(
        self, token: str, reader: NewReader, keys: ReaderKeys, recovery: bytes
    ) -> tuple[int, bool]:
        """Use the link up; the reader's number, and whether `recovery` is the school's now."""
        now = self._now()
        somebody = exists().where(readers.c.school == reader.school, readers.c.active)

        def added(at: Connection) -> tuple[int, bool]:
            used = at.execute(
                delete(desk_setups).where(
                    desk_setups.c.token_hash == hashed(token),
                    desk_setups.c.made_at > now - LINK_LIFE,
                    ~somebody,
                )
            )
            if used.rowcount != 1:
                raise BotError(USED)
            number = people.add(at, self._sealer, reader, keys, now)
            return number, people.set_recovery(at, reader.school, recovery, now)

        return await self._database.write(added)

    async def waiting(self, reader: int) -> tuple[Counted, ...]:
        """How many of each kind and severity wait for a reader, of what they have a key to."""
        return await self._database.read(lambda at: desk_lists.waiting(at, reader))

    async def tasks(self, reader: int, today: date) -> list[Task]:
        """What they have to do, and what of others is late, in records that they have a key to."""
        return await self._database.read(lambda at: desk_lists.tasks(at, reader, today))

    async def late_tasks(self, reader: int, today: date) -> int:
        """How many of those are late."""
        return await self._database.read(lambda at: desk_lists.late_tasks(at, reader, today))

    async def searched(
        self, references: Sequence[str], reader: int, private: bytes
    ) -> list[tuple[OpenedRecord, list[KeptEntry]]]:
        """Several records with what followed, for a look inside that is written down as one."""

        def opened(at: Connection) -> list[tuple[OpenedRecord, list[KeptEntry]]]:
            found = []
            for reference in references:
                state, sealed_key = records.held(at, reference, reader)
                record = records.unsealed(self._sealer, state, sealed_key, private)
                followed = entries.kept(at, state, reader, private) if state["parts"] else []
                found.append((record, followed))
            return found

        return await self._database.read(opened)

    async def take_down(
        self, handover: Handover, reader: int, files: Sequence[Evidence] = ()
    ) -> None:
        """Keep a record that a reader wrote down for somebody else, and that it was them."""
        act = audit.Act(audit.reader(reader), "took down", handover.record.reference)

        def kept(at: Connection) -> None:
            records.keep(at, self._sealer, handover, self._now(), files=files)
            audit.write(at, self._sealer, self._now(), act)

        await self._database.write(kept)

    async def search_begins(self, reader: int, among: int) -> None:
        """Write down that a reader looks inside so many records; what for is theirs to know."""
        act = audit.Act(audit.reader(reader), "searched", "list", f"{among} records")
        await self._database.write(lambda at: audit.write(at, self._sealer, self._now(), act))


def hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
