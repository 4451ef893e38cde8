"""What is logged can be read out loud."""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Iterator

import pytest
import structlog

from bot.logs import Reticent, configure_logging

SECRET = "sentinel 731946:AAF"


@pytest.fixture
def as_before() -> Iterator[None]:
    """Put all loggers back, since a configuration is the whole process's."""
    names = ["", "bot", "rasa", "rasa_sdk", "py.warnings"]
    loggers = [logging.getLogger(name) for name in names]
    before = [(logger.level, list(logger.handlers)) for logger in loggers]
    shown = warnings.showwarning
    yield
    logging.captureWarnings(False)
    warnings.showwarning = shown
    for logger, (level, handlers) in zip(loggers, before, strict=True):
        logger.setLevel(level)
        logger.handlers[:] = handlers


@pytest.fixture(params=["DEBUG", "WARNING"])
def said(
    request: pytest.FixtureRequest, as_before: None, monkeypatch: pytest.MonkeyPatch
) -> io.StringIO:
    """Everything that is logged to standard error, at either level."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    configure_logging(request.param)
    return stream


def formatted(name: str, message: str, *args: object, error: Exception | None = None) -> str:
    failure = (type(error), error, None) if error else None
    record = logging.LogRecord(name, logging.ERROR, "x.py", 1, message, args, failure)
    return Reticent().format(record)


def test_our_own_lines_are_whole() -> None:
    assert formatted("bot.turn", "message %d: done", 7).endswith("error bot.turn: message 7: done")
    assert formatted("bot", "hello").endswith("error bot: hello")


@pytest.mark.parametrize("name", ["httpx", "rasa.core", "botany", "telegram.bot", "root"])
def test_other_peoples_lines_keep_only_where_they_came_from(name: str) -> None:
    line = formatted(name, "sent %s", SECRET)
    assert line.endswith(f"error {name}: (message withheld)")
    assert SECRET not in line


@pytest.mark.parametrize("name", ["bot.turn", "asyncio"])
def test_an_error_keeps_its_kind_and_not_its_text(name: str) -> None:
    line = formatted(name, "failed", error=ValueError(SECRET))
    assert line.endswith("[ValueError]")
    assert SECRET not in line
    assert "\n" not in line


@pytest.mark.parametrize("name", ["rasa", "rasa.core.processor", "rasa_sdk.executor"])
@pytest.mark.parametrize("level", ["debug", "info", "warning", "error"])
def test_rasa_is_silent(name: str, level: str, said: io.StringIO) -> None:
    getattr(logging.getLogger(name), level)(SECRET)
    assert said.getvalue() == ""


def test_structlog_is_silent(said: io.StringIO, capsys: pytest.CaptureFixture[str]) -> None:
    for level in ("debug", "info", "warning", "error", "critical"):
        getattr(structlog.get_logger("rasa.core.agent"), level)("processor.message", text=SECRET)
    assert said.getvalue() == ""
    assert capsys.readouterr().out == ""


def test_warnings_are_silent(said: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn(SECRET, UserWarning, stacklevel=1)
    assert said.getvalue() == ""


def test_other_libraries_speak_of_errors_only(said: io.StringIO) -> None:
    logging.getLogger("aiosmtplib").info("POST https://api.example/bot%s", SECRET)
    assert said.getvalue() == ""
    logging.getLogger("aiosmtplib").error("POST https://api.example/bot%s", SECRET)
    assert "error aiosmtplib: (message withheld)" in said.getvalue()
    assert SECRET not in said.getvalue()


@pytest.mark.parametrize(("level", "lines"), [("DEBUG", 4), ("INFO", 3), ("ERROR", 1)])
def test_the_level_is_that_of_our_own_loggers(
    level: str, lines: int, as_before: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    configure_logging(level)
    own = logging.getLogger("bot.turn")
    for speak in (own.debug, own.info, own.warning, own.error):
        speak("message 1")
    assert len(stream.getvalue().splitlines()) == lines
