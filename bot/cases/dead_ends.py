"""What the administrator is told when an alert reaches nobody, and whom they can speak to.

They look after the machine and see no content, so this names a reference, a school and a reader's
number, as `records trouble` does. It is sent once for each dead end.
"""

from __future__ import annotations

ADMINISTRATOR = "alert:administrator:email"
"""The conversation in which they are told."""

NOBODY = (
    "Signpost: nobody has looked at {reference} at {school}\n\n"
    "Everybody who may be told of this report was told, and nobody has seen it. Please speak to "
    "the people who receive reports there; `people list --school {school}` shows who they are."
)
LOST = (
    "Signpost: an alert about {reference} at {school} couldn't be brought\n\n"
    "Reader {reader} can't be reached by {way}. If others are in line, they are told instead. "
    "Please mend the address, with `people email` or `invite reader`, and ask them to open "
    "Signpost."
)


def nobody(reference: str, school: str) -> str:
    return NOBODY.format(reference=reference, school=school)


def lost(reference: str, school: str, reader: int, way: str) -> str:
    return LOST.format(reference=reference, school=school, reader=reader, way=way)
