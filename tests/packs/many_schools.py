"""How long the packs of many schools take to load, and one answer to find.

The schools are invented but as large as a real one: each topic answered for both audiences with
about 450 characters, and 90 clauses. `python -m tests.packs.many_schools` prints the figures.
"""

from __future__ import annotations

import gc
import itertools
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bot.messages import ROLES
from bot.policy.library import Library
from bot.policy.new import PACK
from bot.policy.schema import ROLE_WORDS
from bot.policy.shared import read_topics

CONTENT = Path(__file__).parents[2] / "policy_content"
CLAUSES = 90
SAYS = (
    "You may do this only after you have asked, and never while a lesson is going on. "
    "Keep what was written, with the day and the time, and say who else has seen it."
)


@dataclass(frozen=True)
class Figures:
    """Seconds for loading, microseconds for finding one answer."""

    schools: int
    megabytes: float
    first_load: float
    load: float
    answer_us: float
    reply_us: float


def write_schools(content: Path, number: int) -> float:
    """Write the schools into a folder, and say how many megabytes they are."""
    topics = read_topics(CONTENT)
    for shared in ("topics.yml", "helplines.yml", "urgent.yml"):
        (content / shared).write_bytes((CONTENT / shared).read_bytes())
    clauses = "".join(
        f'- id: clause-{at}\n  where: "Staff use, bullet {at}"\n  says: "{SAYS}"\n'
        for at in range(CLAUSES)
    )
    answers = {
        group.slug: "".join(_answers(topic.slug, at) for at, topic in enumerate(group.topics))
        for group in topics.groups
    }
    written = 0
    for at in range(number):
        folder = content / f"school-{at:03}"
        for part in ("answers", "clauses"):
            (folder / part).mkdir(parents=True)
        head = PACK.format(id=folder.name, name=f'"School {at}"', roles=", ".join(ROLE_WORDS))
        texts = {"pack": head, "clauses/all": clauses}
        texts |= {f"answers/{group}": text for group, text in answers.items()}
        for name, text in texts.items():
            written += (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    return written / 1e6


def _answers(topic: str, at: int) -> str:
    side = (
        f'    verdict: ask-first\n    says: "{SAYS}"\n    do:\n'
        '    - "Tell the headteacher what came, from whom and where."\n'
        '    - "Leave the request alone and do not write back there."\n'
        f"    tell: head\n    clauses: [clause-{at}, clause-{at + 10}, clause-{at + 20}]\n"
    )
    return f"- topic: {topic}\n  staff:\n{side}  parent:\n{side}"


def measure(folder: Path, number: int) -> Figures:
    """Write the schools, load them for the first time and again, and find answers."""
    content, cache = folder / "content", folder / "cache"
    content.mkdir()
    megabytes = write_schools(content, number)
    first, _ = _load(content, cache)
    again, library = _load(content, cache)
    asked = list(
        itertools.islice(
            itertools.cycle(itertools.product(library.schools(), library.topics.by_slug, ROLES)),
            20_000,
        )
    )
    begun = time.perf_counter()
    for school, topic, speaker in asked:
        library.answer(school, topic, speaker)
    found = time.perf_counter()
    today = library.helplines.by_slug["childline"].checked_on
    for school, topic, speaker in asked[:2000]:
        library.reply(school, topic, speaker, today)
    worded = time.perf_counter()
    return Figures(
        schools=number,
        megabytes=megabytes,
        first_load=first,
        load=again,
        answer_us=(found - begun) / len(asked) * 1e6,
        reply_us=(worded - found) / 2000 * 1e6,
    )


def _load(content: Path, cache: Path) -> tuple[float, Library]:
    gc.collect()
    begun = time.perf_counter()
    library = Library.load(content, cache)
    return time.perf_counter() - begun, library


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        print(measure(Path(place), int(sys.argv[1]) if len(sys.argv) > 1 else 300))
