"""The form of a backup on disk: one encrypted stream that can't be cut short, joined or changed.

libsodium's secretstream ties each piece to the one before it and marks the last, so a file whose
copying stopped halfway is seen to be incomplete rather than taken for a small backup.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

import nacl.bindings as sodium

from bot.errors import BackupError

MAGIC = b"SIGNPOST BACKUP 1\n"
PIECE = 256 * 1024
LENGTH_BYTES = 4
MORE = sodium.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
LAST = sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL
OVERHEAD = sodium.crypto_secretstream_xchacha20poly1305_ABYTES
HEADER = sodium.crypto_secretstream_xchacha20poly1305_HEADERBYTES

DAMAGED = "The backup is damaged or incomplete; take another copy of it."
NOT_OURS = "This file isn't a backup of Signpost."
OTHER_KEY = "The backup doesn't open: this is another backup's key, or the file is damaged."


class Writer:
    """Takes lines of JSON; `close` makes the backup whole."""

    def __init__(self, out: BinaryIO, key: bytes) -> None:
        self._out = out
        self._state = sodium.crypto_secretstream_xchacha20poly1305_state()
        self._squeeze = zlib.compressobj(6)
        self._waiting = b""
        header = sodium.crypto_secretstream_xchacha20poly1305_init_push(self._state, key)
        out.write(MAGIC + header)

    def line(self, value: Any) -> None:
        # ASCII escapes carry what UTF-8 can't.
        self._waiting += self._squeeze.compress(json.dumps(value).encode("ascii") + b"\n")
        while len(self._waiting) >= PIECE:
            self._piece(self._waiting[:PIECE], MORE)
            self._waiting = self._waiting[PIECE:]

    def close(self) -> None:
        self._waiting += self._squeeze.flush()
        self._piece(self._waiting, LAST)

    def _piece(self, plain: bytes, tag: int) -> None:
        sealed = sodium.crypto_secretstream_xchacha20poly1305_push(self._state, plain, MAGIC, tag)
        self._out.write(len(sealed).to_bytes(LENGTH_BYTES, "big") + sealed)


def lines(source: BinaryIO, key: bytes) -> Iterator[Any]:
    """The lines of a backup. The last comes only if the whole of it is there."""
    unsqueeze, rest = zlib.decompressobj(), b""
    for piece in _pieces(source, key):
        try:
            *whole, rest = (rest + unsqueeze.decompress(piece)).split(b"\n")
        except zlib.error:
            raise BackupError(DAMAGED) from None
        for line in whole:
            yield json.loads(line)
    if rest or not unsqueeze.eof:
        raise BackupError(DAMAGED)


def _pieces(source: BinaryIO, key: bytes) -> Iterator[bytes]:
    if source.read(len(MAGIC)) != MAGIC:
        raise BackupError(NOT_OURS)
    header = source.read(HEADER)
    if len(header) != HEADER:
        raise BackupError(DAMAGED)
    state = sodium.crypto_secretstream_xchacha20poly1305_state()
    sodium.crypto_secretstream_xchacha20poly1305_init_pull(state, header, key)
    first = True
    while True:
        size = int.from_bytes(source.read(LENGTH_BYTES), "big")
        sealed = source.read(size) if OVERHEAD <= size <= PIECE + OVERHEAD else b""
        if not sealed or len(sealed) != size:
            raise BackupError(DAMAGED)
        try:
            plain, tag = sodium.crypto_secretstream_xchacha20poly1305_pull(state, sealed, MAGIC)
        except RuntimeError:
            raise BackupError(OTHER_KEY if first else DAMAGED) from None
        first = False
        yield plain
        if tag == LAST:
            if source.read(1):
                raise BackupError(DAMAGED)
            return
