"""The server key: what opens the texts at rest.

It stands in a file of its own, apart from the database, so that a copy of the database alone (a
backup, a stolen disk) reads nothing. One line of text, so that it can be printed and typed again.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import StoreError

SIZE = 32


@dataclass(frozen=True)
class ServerKey:
    secret: bytes = field(repr=False)

    @classmethod
    def load(cls, path: Path) -> ServerKey:
        try:
            secret = base64.b64decode(path.read_bytes().strip(), validate=True)
        except FileNotFoundError:
            raise StoreError(f"The key file {path} is missing; put it back in its place.") from None
        except OSError as error:
            raise StoreError(
                f"The key file {path} can't be read ({error.strerror}); "
                "give this account the right to read it."
            ) from error
        except binascii.Error:
            secret = b""
        if len(secret) != SIZE:
            raise StoreError(f"The key file {path} is damaged; put back the copy you kept of it.")
        return cls(secret)

    @classmethod
    def create(cls, path: Path, secret: bytes | None = None) -> ServerKey:
        """Write a new key, or one that a backup brought back.

        It reaches the disk before anything can be sealed with it.
        """
        key = cls(secret or secrets.token_bytes(SIZE))
        try:
            path.parent.mkdir(mode=0o700, exist_ok=True)
            file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(file, "wb") as out:
                out.write(base64.b64encode(key.secret) + b"\n")
                out.flush()
                os.fsync(file)
            _settle(path.parent)
        except FileExistsError:
            raise StoreError(
                f"The key file {path} exists already and is never written over; "
                "move it away or name another."
            ) from None
        except OSError as error:
            raise StoreError(
                f"The key file {path} can't be written ({error.strerror}); "
                "check its folder and the room on the disk."
            ) from error
        return key


def _settle(folder: Path) -> None:
    """A new file's name is on the disk only when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
