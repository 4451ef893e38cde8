"""Keys that open records: of each reader, of a school's recovery sheet, and of one record each.

A record is encrypted with a key of its own, and that key is sealed once for each reader and once
for the recovery sheet. The server holds only the public halves, so whoever steals the database, its
backup and the server's key reads no record. A reader's private half lies beside them, encrypted
with what Argon2id makes of the passphrase, and opens in memory only.

The ciphers are libsodium's: XChaCha20-Poly1305 for what is said, sealed boxes (X25519) for keys.
"""

from __future__ import annotations

import base64
import hashlib
import unicodedata
from dataclasses import dataclass, field

import nacl.bindings
import nacl.exceptions
import nacl.public
import nacl.pwhash.argon2id
import nacl.utils

from bot.errors import BotError, StoreError, WrongPassphrase
from bot.store.sealing import SealError

KEY_SIZE = 32
NONCE_SIZE = nacl.bindings.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
PAGE = 1024
"""A record's length is rounded up to this, so that it tells little about what is in it."""

CHECK_SIZE = 3


@dataclass(frozen=True)
class Cost:
    """What a guess at a passphrase costs: Argon2id's passes and bytes of memory."""

    passes: int = nacl.pwhash.argon2id.OPSLIMIT_MODERATE
    memory: int = nacl.pwhash.argon2id.MEMLIMIT_MODERATE


CHEAPEST = Cost(nacl.pwhash.argon2id.OPSLIMIT_MIN, nacl.pwhash.argon2id.MEMLIMIT_MIN)
"""For keys that are thrown away with the database that they stand in."""

DEAREST = Cost(nacl.pwhash.argon2id.OPSLIMIT_SENSITIVE, nacl.pwhash.argon2id.MEMLIMIT_SENSITIVE)
"""A row that asks for more than this was tampered with, to use up the memory."""


@dataclass(frozen=True)
class ReaderKeys:
    """A reader's pair as it is stored; the private half opens with the passphrase only."""

    public: bytes
    private_sealed: bytes = field(repr=False)
    salt: bytes
    cost: Cost


@dataclass(frozen=True)
class SealedRecord:
    """A record as it is stored, apart from the sealed keys."""

    nonce: bytes
    ciphertext: bytes = field(repr=False)


def new_pair() -> tuple[bytes, bytes]:
    """The public and the private half of a new pair."""
    private = nacl.public.PrivateKey.generate()
    return bytes(private.public_key), bytes(private)


def public_of(private: bytes) -> bytes:
    """The public half that belongs to a private one."""
    return bytes(nacl.public.PrivateKey(private).public_key)


def new_reader_keys(passphrase: str, cost: Cost = Cost()) -> ReaderKeys:
    """Takes as long as `cost` says, most of a second by default; not for the event loop."""
    public, private = new_pair()
    salt = nacl.utils.random(nacl.pwhash.argon2id.SALTBYTES)
    nonce = nacl.utils.random(NONCE_SIZE)
    key = _stretched(passphrase, salt, cost)
    return ReaderKeys(public, nonce + encrypt(private, _owner(public), nonce, key), salt, cost)


def unlock(keys: ReaderKeys, passphrase: str) -> bytes:
    """The private half; as slow as making it was."""
    if keys.cost.passes > DEAREST.passes or keys.cost.memory > DEAREST.memory:
        raise SealError("A reader's key was changed in the database; restore it from a backup.")
    nonce, sealed = keys.private_sealed[:NONCE_SIZE], keys.private_sealed[NONCE_SIZE:]
    try:
        key = _stretched(passphrase, keys.salt, keys.cost)
        private = decrypt(sealed, _owner(keys.public), nonce, key)
    except SealError:
        raise WrongPassphrase(
            "This passphrase doesn't open the reader's key. Check capitals and spaces, and that "
            "the reader's number is yours."
        ) from None
    return private


def lock(plain: bytes, about: bytes) -> tuple[SealedRecord, bytes]:
    """Encrypt a record with a new key, and give the key; `about` must be said again to open it."""
    key, nonce = nacl.utils.random(KEY_SIZE), nacl.utils.random(NONCE_SIZE)
    padded = nacl.bindings.sodium_pad(plain, PAGE)
    return SealedRecord(nonce, encrypt(padded, about, nonce, key)), key


def unlock_record(sealed: SealedRecord, about: bytes, key: bytes) -> bytes:
    padded = decrypt(sealed.ciphertext, about, sealed.nonce, key)
    plain: bytes = nacl.bindings.sodium_unpad(padded, PAGE)
    return plain


def seal_key(key: bytes, public: bytes) -> bytes:
    sealed: bytes = nacl.public.SealedBox(nacl.public.PublicKey(public)).encrypt(key)
    return sealed


def open_key(sealed: bytes, private: bytes) -> bytes:
    try:
        key: bytes = nacl.public.SealedBox(nacl.public.PrivateKey(private)).decrypt(sealed)
    except (nacl.exceptions.CryptoError, ValueError):
        raise SealError(
            "A record's key doesn't open: it was changed in the database, or is for another "
            "reader; restore the database from a backup."
        ) from None
    return key


def encrypt(plain: bytes, about: bytes, nonce: bytes, key: bytes) -> bytes:
    sealed: bytes = nacl.bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(
        plain, about, nonce, key
    )
    return sealed


def decrypt(sealed: bytes, about: bytes, nonce: bytes, key: bytes) -> bytes:
    try:
        if len(nonce) != NONCE_SIZE or len(key) != KEY_SIZE:
            raise ValueError(len(nonce))
        plain: bytes = nacl.bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(
            sealed, about, nonce, key
        )
    except (nacl.exceptions.CryptoError, ValueError):
        raise SealError(
            "A record doesn't open: it was changed or moved in the database; "
            "restore the database from a backup."
        ) from None
    return plain


def on_paper(private: bytes) -> str:
    """A recovery key in groups of four letters, the last of which show a slip of the pen."""
    letters = base64.b32encode(private + _check(private)).decode().rstrip("=")
    return " ".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def from_paper(typed: str) -> bytes:
    """The key, from its letters in any case and grouping. Base32 has no 0, 1 and 8."""
    letters = "".join(filter(str.isalnum, typed)).upper().translate(str.maketrans("018", "OIB"))
    try:
        whole = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except ValueError:
        whole = b""
    private, check = whole[:KEY_SIZE], whole[KEY_SIZE:]
    if len(private) != KEY_SIZE or check != _check(private):
        raise BotError(
            "This isn't what stands on a recovery sheet: a letter is missing or wrong. "
            "Type all of it again."
        )
    return private


def _stretched(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    # Keyboards put the same letter together in different ways.
    typed = unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogatepass")
    try:
        key: bytes = nacl.pwhash.argon2id.kdf(KEY_SIZE, typed, salt, cost.passes, cost.memory)
    except (nacl.exceptions.CryptoError, ValueError, MemoryError) as error:
        raise StoreError(
            "The reader's key can't be worked out: this machine has too little free memory "
            f"({cost.memory // 2**20} MB are needed), or the key's row is damaged."
        ) from error
    return key


def _owner(public: bytes) -> bytes:
    """Ties a private half to its public one, so that it opens in its own row only."""
    return b"signpost reader " + public


def _check(private: bytes) -> bytes:
    return hashlib.sha256(b"signpost recovery " + private).digest()[:CHECK_SIZE]
