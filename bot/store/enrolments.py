"""The front door for enrolment: make and accept invitations, and know who a person is.

Each method is one committed transaction. A code that was never given out, one that is used up, one
that has ended and one too many all get the same answer, so that trying codes tells nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, exists, insert, or_, select, update
from sqlalchemy.engine import Connection

from bot.cases.enrolment import (
    Enrolled,
    Invitation,
    Membership,
    OpenInvitation,
    mark,
    may_try,
)
from bot.cases.people import Way
from bot.errors import UnknownInvitation
from bot.store import tries
from bot.store.engine import Database
from bot.store.enrolment_tables import blocked, invitations, memberships
from bot.store.forgetting import begin_again, erase
from bot.store.inbox import INSERT
from bot.store.readers import set_address
from bot.store.sealing import Sealer
from bot.store.tables import readers

_READER_IS_THERE = or_(
    invitations.c.reader_id.is_(None),
    exists().where(readers.c.id == invitations.c.reader_id, readers.c.active),
)


class Enrolments:
    def __init__(self, database: Database, sealer: Sealer, now: Callable[[], datetime]) -> None:
        self._database = database
        self._sealer = sealer
        self._now = now

    async def invite(self, invitation: Invitation, code: str) -> int:
        """Keep an invitation; the code itself is not stored."""

        def made(at: Connection) -> int:
            row = at.execute(
                insert(invitations).values(
                    mark=mark(code),
                    school=invitation.school,
                    invited_as=invitation.invited_as,
                    reader_id=invitation.reader,
                    uses_left=invitation.uses,
                    ends=invitation.ends,
                    made_at=self._now(),
                    withdrawn=False,
                )
            )
            (number,) = row.inserted_primary_key
            return int(number)

        return await self._database.write(made)

    async def open_invitations(self, school: str) -> list[OpenInvitation]:
        query = (
            select(
                invitations.c.id,
                invitations.c.invited_as,
                invitations.c.uses_left,
                invitations.c.ends,
            )
            .where(invitations.c.school == school, self._usable())
            .order_by(invitations.c.id)
        )
        return await self._database.read(
            lambda at: [OpenInvitation(*row) for row in at.execute(query)]
        )

    async def withdraw(self, school: str, number: int) -> None:
        """Let nobody accept it any more; whoever did so already stays."""
        query = (
            update(invitations)
            .where(
                invitations.c.id == number,
                invitations.c.school == school,
                ~invitations.c.withdrawn,
            )
            .values(withdrawn=True)
        )
        if (await self._database.write(lambda at: at.execute(query))).rowcount != 1:
            raise UnknownInvitation(
                f"{school} has no open invitation {number}; `invite list` shows them."
            )

    async def end(self, school: str, number: int) -> int:
        """Withdraw an invitation, and take back who came by it; how many that were."""
        came = (memberships.c.school == school) & (memberships.c.invitation_id == number)

        def ended(at: Connection) -> int:
            known = at.execute(
                update(invitations)
                .where(invitations.c.id == number, invitations.c.school == school)
                .values(withdrawn=True)
            )
            if known.rowcount != 1:
                raise UnknownInvitation(f"{school} has never made an invitation {number}.")
            gone = select(memberships.c.person, memberships.c.current).where(came)
            people = at.execute(gone).all()
            at.execute(delete(memberships).where(came))
            for person, current in people:
                if current:
                    _move_on(at, person)
            return len(people)

        return await self._database.write(ended)

    async def accept(
        self,
        code: str,
        person: str,
        address: tuple[Way, str] | None = None,
        tried_by: str | None = None,
    ) -> Enrolled | None:
        """Make a person a member; None for any code that can't be accepted.

        `address` is where they are reached: a reader's alerts go there from now on. `tried_by` is
        whose wrong codes are counted, where each try comes under another person's name.
        """
        own, of_all = (
            self._sealer.name_for(name) for name in (f"code {tried_by or person}", "code")
        )

        def accepted(at: Connection) -> Enrolled | None:
            now = self._now()
            if not may_try(tries.made(at, own, now), tries.made(at, of_all, now)):
                return None
            row = at.execute(
                select(invitations).where(
                    invitations.c.mark == mark(code), self._usable(), _READER_IS_THERE
                )
            ).first()
            # Whoever takes the last use first has it; the other's update then finds none left.
            if row is None or not self._use_up(at, row.id):
                for name in (own, of_all):
                    tries.take(at, name, now)
                return None
            if row.reader_id is not None and address is not None:
                set_address(at, self._sealer, row.reader_id, *address)
            self._join(at, person, row)
            return Enrolled(row.school, row.invited_as)

        return await self._database.write(accepted)

    async def memberships(self, person: str) -> list[Membership]:
        """The schools at which a person is known; none while they are blocked."""
        query = (
            select(memberships.c.school, memberships.c.role, memberships.c.current)
            .where(memberships.c.person == person)
            .where(~select(blocked).where(blocked.c.person == person).exists())
            .order_by(memberships.c.school)
        )
        return await self._database.read(lambda at: [Membership(*row) for row in at.execute(query)])

    async def choose(self, person: str, school: str) -> bool:
        """Talk to this one of their schools from now on; False if it isn't theirs."""

        def chosen(at: Connection) -> bool:
            here = and_(memberships.c.person == person, memberships.c.school == school)
            role = at.execute(select(memberships.c.role).where(here)).scalar()
            if role is None:
                return False
            at.execute(
                update(memberships)
                .where(memberships.c.person == person)
                .values(current=memberships.c.school == school)
            )
            begin_again(at, person, school, role)
            return True

        return await self._database.write(chosen)

    async def leave(self, person: str, school: str | None = None) -> int:
        """Forget a person at one school or at all; at how many they were known."""
        query = delete(memberships).where(memberships.c.person == person)
        if school is not None:
            query = query.where(memberships.c.school == school)
        return int((await self._database.write(lambda at: at.execute(query))).rowcount)

    async def forget(self, person: str) -> None:
        """Erase who a person is, and their conversation; what they handed over stays."""

        await self._database.write(lambda at: forget(at, person))

    async def block(self, person: str) -> None:
        """Take them for a stranger, whatever they accept, until they are unblocked."""

        def block(at: Connection) -> None:
            row = INSERT[at.dialect.name](blocked).values(person=person, at=self._now())
            at.execute(row.on_conflict_do_nothing(index_elements=["person"]))

        await self._database.write(block)

    async def unblock(self, person: str) -> bool:
        query = delete(blocked).where(blocked.c.person == person)
        return bool((await self._database.write(lambda at: at.execute(query))).rowcount)

    async def forget_tries(self) -> None:
        """Erase wrong codes that no longer count."""
        await self._database.write(lambda at: tries.forget_old(at, self._now()))

    def _usable(self) -> Any:
        return and_(
            ~invitations.c.withdrawn,
            invitations.c.uses_left > 0,
            invitations.c.ends > self._now(),
        )

    @staticmethod
    def _use_up(at: Connection, number: int) -> bool:
        taken = at.execute(
            update(invitations)
            .where(invitations.c.id == number, invitations.c.uses_left > 0)
            .values(uses_left=invitations.c.uses_left - 1)
        )
        return int(taken.rowcount) == 1

    def _join(self, at: Connection, person: str, row: Any) -> None:
        role = "parent" if row.invited_as == "parent" else "staff"
        here = and_(memberships.c.person == person, memberships.c.school == row.school)
        known_as = at.execute(select(memberships.c.role).where(here)).scalar()
        if (known_as, role) == ("staff", "parent"):
            # Parents share a link, and may all see it. Theirs for staff works once: whoever lost
            # what it gave them by looking at the other couldn't have it back by themselves.
            return
        at.execute(update(memberships).where(memberships.c.person == person).values(current=False))
        at.execute(
            INSERT[at.dialect.name](memberships)
            .values(
                person=person,
                school=row.school,
                role=role,
                current=True,
                since=self._now(),
                invitation_id=row.id,
            )
            .on_conflict_do_update(
                index_elements=["person", "school"],
                set_={"role": role, "current": True, "invitation_id": row.id},
            )
        )
        begin_again(at, person, row.school, role)


def _move_on(at: Connection, person: str) -> None:
    """Take somebody out of a conversation with a school that they don't belong to any more."""
    mine = select(memberships.c.school, memberships.c.role).where(memberships.c.person == person)
    left = at.execute(mine.order_by(memberships.c.school)).first()
    school, role = left or ("", "unknown")
    here = and_(memberships.c.person == person, memberships.c.school == school)
    at.execute(update(memberships).where(here).values(current=True))
    begin_again(at, person, school, role)


def forget(at: Connection, person: str) -> None:
    at.execute(delete(memberships).where(memberships.c.person == person))
    erase(at, person)
