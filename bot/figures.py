"""What Prometheus may know: how much, how fast and how well, and nothing of whom or what.

No figure carries a school, a person, a topic or a record, and what was urgent or became a report
isn't told apart from other turns: at a small school even a count can give somebody away.
"""

from __future__ import annotations

import time
from datetime import timedelta

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

from bot.health import Health, Look
from bot.messages import Arrival, Outcome, Said
from bot.turn import Speaker

TOLD_APART: tuple[Outcome, ...] = ("answer", "clarify", "not_covered", "unknown")
TYPE = CONTENT_TYPE_LATEST
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Figures:
    """The figures of one process. Those of the database are the same in each of several."""

    def __init__(self, health: Health) -> None:
        self._health = health
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        self.turns = Counter(
            "signpost_turns",
            "Turns that were worked out, by what came of them",
            ["outcome"],
            registry=self._registry,
        )
        self.seconds = Histogram(
            "signpost_turn_seconds",
            "How long working a turn out took",
            buckets=SECONDS,
            registry=self._registry,
        )
        self._works = self._gauge(
            "signpost_part_works", "1 while a part of the bot works", ["part"]
        )
        self._waiting = self._gauge("signpost_messages_waiting", "Messages that have no answer yet")
        self._failed = self._gauge(
            "signpost_messages_failed", "Messages that could not be answered"
        )
        self._outgoing = self._gauge("signpost_replies_waiting", "Replies on their way")
        self._dead = self._gauge("signpost_replies_dead", "Replies that could not be delivered")
        self._unanswered = self._gauge(
            "signpost_oldest_message_seconds", "Age of the message that has waited longest"
        )
        self._undelivered = self._gauge(
            "signpost_oldest_reply_seconds", "Age of the reply that has waited longest"
        )

    def _gauge(self, name: str, says: str, labels: list[str] | None = None) -> Gauge:
        return Gauge(name, says, labels or [], registry=self._registry)

    def measured(self, speaker: Speaker) -> Speaker:
        """The same speaker, whose turns are counted and timed from now on."""
        return _Measured(speaker, self)

    async def text(self) -> bytes:
        """All figures as they are now, in Prometheus' own format."""
        self._take(await self._health.look())
        return generate_latest(self._registry)

    def _take(self, look: Look) -> None:
        for part in look.parts:
            self._works.labels(part.name).set(part.fine)
        if look.counts is None:
            return
        self._waiting.set(look.counts.waiting)
        self._failed.set(look.counts.failed)
        self._outgoing.set(look.counts.outgoing)
        self._dead.set(look.counts.dead)
        self._unanswered.set(_seconds(look.counts.unanswered))
        self._undelivered.set(_seconds(look.counts.undelivered))


class _Measured:
    def __init__(self, speaker: Speaker, figures: Figures) -> None:
        self._speaker = speaker
        self._figures = figures

    async def respond(self, arrival: Arrival, memory: bytes | None) -> tuple[Said, bytes]:
        outcome, began = "failed", time.perf_counter()
        try:
            said, after = await self._speaker.respond(arrival, memory)
            outcome = said.outcome if said.outcome in TOLD_APART else "other"
            return said, after
        finally:
            self._figures.turns.labels(outcome).inc()
            self._figures.seconds.observe(time.perf_counter() - began)


def _seconds(age: timedelta | None) -> float:
    return 0.0 if age is None else age.total_seconds()
