"""Whether a text shares a run of ten words with one of the real policies.

The policies themselves are not part of this project, so a file of short hashes stands for them:
of each run of ten words, in lower case and without punctuation, six bytes of BLAKE2. Make it again
from a folder of policies (text files) with

    python -m tests.packs.own_words FOLDER
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

RUN = 10
SIZE = 6
FINGERPRINTS = Path(__file__).with_name("policy_runs.bin")

TITLES = (
    "Merriott and Haselbury Primary Schools Federation",
    "Guidance for Safer Working Practice for Adults who Work with Children and Young People",
    "Guidelines on prosecuting cases involving communications sent via social media",
    "Behaviour in Schools Advice for headteachers and school staff",
    "Searching, screening and confiscation at school",
    "Keeping Children Safe in Education",
    "Early Years and Foundation Stage",
    "Working Together to Safeguard Children",
    "Kent Safeguarding Children Multi-agency Partnership",
    "Education People's Education Safeguarding Service",
)
"""Titles and proper names that can't be put in other words."""


def words(text: str) -> list[str]:
    """The words of a text, without case, apostrophes and punctuation."""
    return re.findall(r"[a-z0-9]+", re.sub(r"[’']", "", text.lower()))


def fingerprint(run: Iterable[str]) -> bytes:
    """What stands for a run of words."""
    return hashlib.blake2b(" ".join(run).encode(), digest_size=SIZE).digest()


def runs(listed: list[str]) -> Iterator[tuple[str, ...]]:
    """All runs of ten words."""
    for start in range(len(listed) - RUN + 1):
        yield tuple(listed[start : start + RUN])


def read_fingerprints() -> frozenset[bytes]:
    """The hashes of all runs of the policies."""
    data = FINGERPRINTS.read_bytes()
    return frozenset(data[at : at + SIZE] for at in range(0, len(data), SIZE))


def shared_runs(text: str, known: frozenset[bytes]) -> list[str]:
    """The runs of a text that are in a policy, too; none may span a title."""
    spaced = f" {' '.join(words(text))} "
    for title in TITLES:
        spaced = spaced.replace(f" {' '.join(words(title))} ", " | ")
    return [
        " ".join(run)
        for part in spaced.split("|")
        for run in runs(part.split())
        if fingerprint(run) in known
    ]


def make(folder: Path) -> int:
    """Write the file of hashes from a folder of policies, and say how many there are."""
    found: set[bytes] = set()
    for path in sorted(folder.glob("*.txt")):
        found |= {fingerprint(run) for run in runs(words(path.read_text(encoding="utf-8")))}
    FINGERPRINTS.write_bytes(b"".join(sorted(found)))
    return len(found)


if __name__ == "__main__":
    print(f"{make(Path(sys.argv[1]))} runs of {RUN} words")
