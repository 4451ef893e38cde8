"""Whether a trust of three hundred schools can be served: reading its packs, finding an answer.

The schools are invented, each with a pack as large as a real one. Reading 40 MB of YAML takes as
long as it takes, so what has been read is kept beside the model in a quick form until a file
changes; both figures are shown, and the promise is about the second.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.bench.figures import Figure
from tests.packs.many_schools import measure as measure_schools

SCHOOLS = 300
LOAD_LIMIT = 3
ANSWER_LIMIT = 1


def measure(quick: bool) -> list[Figure]:
    number = SCHOOLS // 10 if quick else SCHOOLS
    with tempfile.TemporaryDirectory() as folder:
        found = measure_schools(Path(folder), number)
    return [
        Figure(f"packs of {number} schools, read for the first time", found.first_load, "s"),
        Figure(f"packs of {number} schools, unchanged since", found.load, "s", LOAD_LIMIT),
        Figure("an answer found", found.answer_us / 1000, "ms", ANSWER_LIMIT),
        Figure("an answer put into words", found.reply_us / 1000, "ms"),
    ]
