"""Who must not be given a key to a record later: the same people who couldn't have one at first.

A list of numbers isn't enough, because people are entered again: as a second role of somebody who
is left out, under a new number, or for the first time. So the record is looked at once more, which
can be done as whoever gives a key has it open. A new holder of a post is another person, though:
where the former holder is known, only that one is kept from what is about the post.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bot.cases.naming import same_person
from bot.cases.people import Reader
from bot.cases.records import NewRecord
from bot.cases.routing import names


def is_barred(
    candidate: Reader, record: NewRecord, remembered: Collection[int], everyone: Iterable[Reader]
) -> bool:
    """`remembered` is who was left out when it came in; `everyone` has those who left as well."""
    known = list(everyone)
    out = [one for one in known if one.id in remembered]
    post_known = any(record.subject in one.roles for one in out)

    def is_about(one: Reader) -> bool:
        holds_post = record.subject in one.roles and not post_known
        return holds_post or names(record, one)

    out += [one for one in (*known, candidate) if is_about(one)]
    return candidate.id in remembered or any(same_person(candidate, one) for one in out)
