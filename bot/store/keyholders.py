"""The front door to keys: who is given a record, what happens when somebody leaves or forgets.

What touches many records does each in a transaction of its own, so that a crash leaves each either
as it was or as it should be, and the rest to be done next time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy.engine import Connection

from bot.errors import BotError, Excluded, NotYours
from bot.store import audit, excluding, grants, resetting
from bot.store.audit import Act
from bot.store.engine import Database
from bot.store.grants import Granted
from bot.store.keyring import ReaderKeys
from bot.store.resetting import Reset
from bot.store.sealing import Sealer

AT_ONCE = 100


class Keyholders:
    def __init__(self, database: Database, sealer: Sealer, now: Callable[[], datetime]) -> None:
        self._database = database
        self._sealer = sealer
        self._now = now

    async def grant(
        self,
        references: Sequence[str] | None,
        giver: int | None,
        private: bytes,
        to: int,
        school: str,
    ) -> Granted:
        """Let another reader open records that the giver can open; all of them for None."""
        if references is None:
            references = await self._database.read(lambda at: grants.common(at, giver, school, to))
        given, refused = [], []
        for reference in references:
            work = partial(
                grants.grant,
                sealer=self._sealer,
                reference=reference,
                giver=giver,
                private=private,
                to=to,
                now=self._now(),
            )
            try:
                await self._database.write(work)
                given.append(reference)
            except (Excluded, NotYours) as error:
                await self._refused(giver, to, reference, error)
                if isinstance(error, NotYours):
                    raise
                refused.append(reference)
        return Granted(tuple(given), tuple(refused))

    async def exclude(self, reference: str, by: int, private: bytes, out: int) -> None:
        """Take a record from a reader who turns out to have a part in it."""
        await self._database.write(
            lambda at: excluding.exclude(at, self._sealer, reference, by, private, out, self._now())
        )

    async def rekey(self, reader: int | None, private: bytes, limit: int = AT_ONCE) -> int:
        """Encrypt anew what somebody who left could open; to be called when a reader signs in.

        How many were done; the rest waits for the next time.
        """
        waiting = await self._database.read(lambda at: grants.to_rekey(at, reader, limit))
        for reference in waiting:
            await self._database.write(
                partial(
                    grants.rekey,
                    sealer=self._sealer,
                    reference=reference,
                    reader=reader,
                    private=private,
                    now=self._now(),
                )
            )
        return len(waiting)

    async def reset(
        self, reader: int, keys: ReaderKeys, giver: int | None, private: bytes
    ) -> Reset:
        """New keys for a reader who forgot the passphrase, filled from another's or the sheet."""
        if giver == reader:
            raise BotError("A reader can't open their own records while their key is lost.")
        return await self._database.write(
            lambda at: resetting.reset(at, self._sealer, reader, keys, giver, private, self._now())
        )

    async def new_sheet(self, reader: int, private: bytes, public: bytes) -> tuple[int, int]:
        """Another recovery key for the reader's school; how many records it opens now, and how
        many only the old one does, until a reader who holds them signs in.
        """
        return await self._database.write(
            lambda at: resetting.new_sheet(at, self._sealer, reader, private, public, self._now())
        )

    async def set_away(
        self, reader: int, since: datetime | None, until: datetime | None, by: int | None = None
    ) -> None:
        """From when until when somebody isn't there; None for both when they are back."""

        def change(at: Connection) -> None:
            resetting.set_away(at, reader, since, until)
            self._changed(at, reader, "away", by)

        await self._database.write(change)

    async def set_working_days(
        self, reader: int, days: Sequence[int], by: int | None = None
    ) -> None:
        """Monday is 0."""

        def change(at: Connection) -> None:
            resetting.set_working_days(at, reader, days)
            self._changed(at, reader, "working days", by)

        await self._database.write(change)

    async def set_cover(self, reader: int, cover: int | None, by: int | None = None) -> None:
        """Who stands in when somebody isn't there; nobody for None."""

        def change(at: Connection) -> None:
            resetting.set_cover(at, reader, cover)
            self._changed(at, reader, "cover", by)

        await self._database.write(change)

    async def set_email(self, reader: int, address: str) -> int:
        """Tell somebody at this address from now on, and what couldn't be brought to the one before
        as well; how many alerts those are.
        """

        def change(at: Connection) -> int:
            again = resetting.set_email(at, self._sealer, reader, address, self._now())
            self._changed(at, reader, "e-mail address", None)
            return again

        return await self._database.write(change)

    def _changed(self, at: Connection, reader: int, what: str, by: int | None) -> None:
        """`by` is the administrator who is signed in to the desk; none is on the server itself."""
        actor = audit.ADMINISTRATOR if by is None else audit.reader(by)
        act = Act(actor, f"changed {what}", audit.reader(reader))
        audit.write(at, self._sealer, self._now(), act)

    async def _refused(self, giver: int | None, to: int, reference: str, error: BotError) -> None:
        action = f"refused to grant to {audit.reader(to)}"
        act = Act(audit.reader(giver), action, reference, type(error).__name__)
        await self._database.write(lambda at: audit.write(at, self._sealer, self._now(), act))
