"""Encryption at rest, and the form in which messages are sealed.

Each sealed value is tied to the one place it was written for (table, row, field): a value copied to
another row doesn't open there. It begins with a version byte, so that the cipher can be changed
without guessing how an old value was made.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import asdict

import nacl.bindings
import nacl.exceptions
import nacl.utils

from bot.errors import StoreError
from bot.messages import Arrival, Attachment, Button, Reply
from bot.store.keys import ServerKey

VERSION = b"\x01"
NONCE_SIZE = nacl.bindings.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES


class SealError(StoreError):
    """A value doesn't open: it was changed, moved, or sealed with another key."""


class Sealer:
    def __init__(self, key: ServerKey) -> None:
        self._secret = key.secret

    def seal(self, plain: bytes, table: str, row: str, field: str) -> bytes:
        nonce: bytes = nacl.utils.random(NONCE_SIZE)
        sealed: bytes = nacl.bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(
            plain, _place(table, row, field), nonce, self._secret
        )
        return VERSION + nonce + sealed

    def open(self, sealed: bytes, table: str, row: str, field: str) -> bytes:
        nonce, rest = sealed[1 : 1 + NONCE_SIZE], sealed[1 + NONCE_SIZE :]
        try:
            if sealed[:1] != VERSION or len(nonce) != NONCE_SIZE:
                raise ValueError(sealed[:1])
            plain: bytes = nacl.bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(
                rest, _place(table, row, field), nonce, self._secret
            )
        except (nacl.exceptions.CryptoError, ValueError):
            raise SealError(
                f"The {field} of a row of {table} doesn't open with the server key; "
                "restore the database from a backup."
            ) from None
        return plain

    def name_for(self, value: str) -> str:
        """Another name for something: always the same, and it leads back to nothing."""
        plain = value.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(plain, digest_size=16, key=self._secret).hexdigest()

    def mark(self, said: bytes, purpose: str) -> bytes:
        """What only the holder of the server key can write under something that isn't secret."""
        key = hashlib.blake2b(purpose.encode(), key=self._secret, person=b"signpost mark").digest()
        return hashlib.blake2b(said, key=key, digest_size=32).digest()

    def marked(self, said: bytes, purpose: str, mark: bytes | None) -> bool:
        return mark is not None and hmac.compare_digest(self.mark(said, purpose), mark)


def _place(table: str, row: str, field: str) -> bytes:
    return VERSION + json.dumps([table, row, field]).encode("ascii")


def pack_arrival(arrival: Arrival) -> bytes:
    # ASCII escapes carry what UTF-8 can't, such as half of a surrogate pair from broken input.
    return json.dumps(asdict(arrival)).encode("ascii")


def unpack_arrival(packed: bytes) -> Arrival:
    fields = json.loads(packed)
    # A message that waits since before an upgrade may have none.
    files = tuple(Attachment(**one) for one in fields.pop("files", ()))
    return Arrival(**fields, files=files)


def pack_reply(reply: Reply) -> bytes:
    return json.dumps(asdict(reply)).encode("ascii")


def unpack_reply(packed: bytes) -> Reply:
    fields = json.loads(packed)
    buttons = tuple(Button(**button) for button in fields["buttons"])
    return Reply(fields["text"], buttons, fields["pack"])
