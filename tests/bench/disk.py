"""How much room a folder takes, as `du` counts it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

BLOCK = 512
"""The unit of `st_blocks`, whatever the file system's own block size."""


@dataclass(frozen=True)
class Room:
    """Bytes: the lengths of the files, and what they occupy on the disk."""

    apparent: int
    disk: int


def room(folder: Path) -> Room:
    """Add up a folder. A file with several names in it counts once, and links aren't followed."""
    seen: set[tuple[int, int]] = set()
    apparent = disk = 0
    for parent, _, names in os.walk(folder):
        for path in [Path(parent), *(Path(parent, name) for name in names)]:
            stat = path.lstat()
            if (stat.st_dev, stat.st_ino) in seen:
                continue
            seen.add((stat.st_dev, stat.st_ino))
            apparent += stat.st_size
            disk += stat.st_blocks * BLOCK
    return Room(apparent, disk)
