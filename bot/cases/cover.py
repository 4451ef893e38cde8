"""Who covers for somebody who isn't there, and gets their records beside them.

Cover is a person and not a post. It never brings a record to somebody whom it is about: only those
who may have it are asked. Whoever covers may be away as well, and then their own cover is looked
for, until somebody is there or nobody is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.cases.people import Reader


def covers(absent: Iterable[Reader], may: Sequence[Reader]) -> list[Reader]:
    """Those who stand in now for whoever of these isn't there."""
    found = (_cover_of(one, may) for one in absent if not is_here(one))
    return list({one.id: one for one in found if one is not None}.values())


def with_covers(
    behind: tuple[tuple[Reader, ...], ...], receivers: Sequence[Reader], may: Sequence[Reader]
) -> tuple[tuple[Reader, ...], ...]:
    """The next in line, with whoever would cover for the receivers, should they be away by then."""
    wanted = {one.cover for one in receivers}
    spare = [one for one in may if one.id in wanted and one not in receivers]
    if not spare:
        return behind
    first, *later = behind or ((),)
    later = [tuple(one for one in step if one not in spare) for step in later]
    return ((*first, *(one for one in spare if one not in first)), *filter(None, later))


def is_here(reader: Reader) -> bool:
    return not (reader.away or reader.off)


def _cover_of(reader: Reader, may: Sequence[Reader]) -> Reader | None:
    by_number = {one.id: one for one in may}
    asked = {reader.id}
    number = reader.cover
    while number in by_number and number not in asked:
        one = by_number[number]
        if is_here(one):
            return one
        asked.add(number)
        number = one.cover
    return None
