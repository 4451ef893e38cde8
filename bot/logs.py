"""Logging that can be read out loud: ids and outcomes, never what somebody wrote.

Rasa logs each message at several places, structlog prints to standard output until it is told not
to, and a traceback can carry a message in its text. So this must run before Rasa is imported, and
only Signpost's own loggers speak in full: of everybody else's lines, the logger's name, the level
and the type of the exception are kept.
"""

from __future__ import annotations

import logging
import logging.config
from typing import Any

import structlog

OWN = "bot"


class Reticent(logging.Formatter):
    """Prints our own lines whole, and of other libraries' lines only where they came from."""

    def format(self, record: logging.LogRecord) -> str:
        ours = record.name == OWN or record.name.startswith(f"{OWN}.")
        what = record.getMessage() if ours else "(message withheld)"
        failure = record.exc_info[0] if record.exc_info else None
        cause = f" [{failure.__name__}]" if failure else ""
        moment = self.formatTime(record, "%Y-%m-%dT%H:%M:%S")
        return f"{moment} {record.levelname.lower()} {record.name}: {what}{cause}"


def _swallow(logger: Any, method: str, event: structlog.typing.EventDict) -> Any:
    raise structlog.DropEvent


def silence_structlog() -> None:
    """Until it is told otherwise, structlog prints every message of Rasa's to standard output."""
    structlog.configure(
        processors=[_swallow],
        # What would be swallowed needn't be put together first: Rasa logs dozens of lines a turn.
        wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL),
        cache_logger_on_first_use=True,
    )


def configure_logging(level: str = "WARNING") -> None:
    """Send all logging through one reticent handler on standard error."""
    silence_structlog()
    logging.captureWarnings(True)
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"reticent": {"()": Reticent}},
            "handlers": {
                "stderr": {"class": "logging.StreamHandler", "formatter": "reticent"},
            },
            "root": {"level": "ERROR", "handlers": ["stderr"]},
            "loggers": {
                OWN: {"level": level},
                # Rasa logs a full traceback for a failed action; the turn reports that failure.
                "rasa": {"level": "CRITICAL"},
                "rasa_sdk": {"level": "CRITICAL"},
                "py.warnings": {"level": "CRITICAL"},
            },
        }
    )
