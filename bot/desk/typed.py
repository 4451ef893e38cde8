"""What a form brought: its fields, and its files where a page takes some.

Never more is read than may come. Starlette's own parser writes larger files to a folder for
temporary ones, in clear; what somebody sends as evidence may lie nowhere unencrypted, so here it
stays in memory.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from bot.cases import evidence

MOST_TYPED = 256 * 1024
MOST_FIELDS = 200
MOST_SENT = evidence.MOST * evidence.LARGEST + 2 * MOST_TYPED
"""Bytes of a form with as many files as a report can have."""

MOST_FILES = 20
"""That are read at all; that they are too many is said by who judges them."""

FILE = "file"


class TooMuch(MultiPartException):  # what happened, not what kind of thing it is
    """More was sent than fits; nothing of it is used."""

    def __init__(self) -> None:
        super().__init__("more was sent than fits")


@dataclass(frozen=True)
class Typed:
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    files: tuple[bytes, ...] = field(default=(), repr=False)


class _InMemory(MultiPartParser):
    spool_max_size = MOST_SENT
    _words = 0

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._current_part.file is None:
            self._words += end - start
            if self._words > MOST_TYPED:
                raise TooMuch()
        super().on_part_data(data, start, end)


class _WordsAlone(_InMemory):
    """Lets files go as they come. Whoever was signed out meanwhile gets their words back."""

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._current_part.file is None:
            super().on_part_data(data, start, end)


async def read(request: Request, *, files: bool, keep: bool) -> Typed:
    """What was sent, or TooMuch; what no form of ours sends is as if nothing had been typed.

    `files` is whether the page takes some, and `keep` whether they may be kept.
    """
    if request.method in ("GET", "HEAD"):
        return Typed()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if files and kind == "multipart/form-data":
        pieces = _pieces(request, MOST_SENT, drain=keep)
        return await _with_files(_InMemory if keep else _WordsAlone, request, pieces)
    body = b"".join([piece async for piece in _pieces(request, MOST_TYPED, drain=False)])
    return Typed(_fields(body) if kind == "application/x-www-form-urlencoded" else {})


async def _pieces(request: Request, most: int, *, drain: bool) -> AsyncGenerator[bytes, None]:
    """`drain` is whether what is too much is read to its end and let go: a browser that still
    sends shows no page."""
    read = 0
    async for piece in request.stream():
        read += len(piece)
        if read <= most:
            yield piece
        elif not drain or read > 4 * most:
            break
    if read > most:
        raise TooMuch()


async def _with_files(
    parsing: type[_InMemory], request: Request, pieces: AsyncGenerator[bytes, None]
) -> Typed:
    parser = parsing(
        request.headers,
        pieces,
        max_files=MOST_FILES,
        max_fields=MOST_FIELDS,
        max_part_size=MOST_TYPED,
    )
    try:
        form = await parser.parse()
    except TooMuch:
        raise
    except (MultiPartException, KeyError, UnicodeError, LookupError, ValueError):
        return Typed()
    try:
        fields, files = {}, []
        for name, value in form.multi_items():
            if isinstance(value, str):
                fields[name] = _plain(value)
            elif isinstance(value, UploadFile) and name == FILE:
                content = await value.read()
                # An empty field for files comes as a file without a name.
                if content or value.filename:
                    files.append(content)
    finally:
        await form.close()
    return Typed(fields, tuple(files))


def _fields(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS
        )
    except ValueError:
        return {}
    return {name: _plain(value) for name, value in pairs}


def _plain(value: str) -> str:
    # A null has no place in what people write, and PostgreSQL takes none.
    return value.replace("\0", "").replace("\r\n", "\n")
