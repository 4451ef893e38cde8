"""The ciphers do what their specification says, and open nothing that was touched."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BotError, StoreError, WrongPassphrase
from bot.store.keyring import (
    DEAREST,
    PAGE,
    Cost,
    _stretched,
    decrypt,
    encrypt,
    from_paper,
    lock,
    new_pair,
    new_reader_keys,
    on_paper,
    open_key,
    public_of,
    seal_key,
    unlock,
    unlock_record,
)
from bot.store.sealing import SealError
from tests.store.readers import CHEAP, PASSPHRASE

ABOUT = b"SP-7KQ4-XM2D|1|oakfield"
PLAIN = b"what ann said"


def test_the_cipher_gives_the_answers_of_its_specification() -> None:
    """The vector of draft-irtf-cfrg-xchacha-03, appendix A.3.1."""
    plain = (
        b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
        b"future, sunscreen would be it."
    )
    about = bytes.fromhex("50515253c0c1c2c3c4c5c6c7")
    key, nonce = bytes(range(0x80, 0xA0)), bytes(range(0x40, 0x58))
    sealed = bytes.fromhex(
        "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb"
        "731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452"
        "2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9"
        "21f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780a"
        "cf49"
    )
    assert encrypt(plain, about, nonce, key) == sealed
    assert decrypt(sealed, about, nonce, key) == plain


def test_a_public_half_is_what_the_curves_specification_says() -> None:
    """RFC 7748, section 6.1, of both people in it."""
    for private, public in (
        (
            "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
            "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
        ),
        (
            "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
            "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
        ),
    ):
        assert public_of(bytes.fromhex(private)).hex() == public


def test_a_box_that_another_libsodium_sealed_opens() -> None:
    """PyNaCl's reference vector for sealed boxes, to the first person of RFC 7748."""
    private = bytes.fromhex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")
    sealed = bytes.fromhex(
        "199c808806a62c1be56951023ad3396b0ce0ef2c5b9ca688ac96d2d06ca43f65"
        "d314400cc9bbefb23dd26f824c9cb553f81e8c894ea9a553f4d777c77b66d5a6"
        "925da3f5961c5f7147172db5597ac14210066ee3ee13e6230a9a9610e9cddbf2"
        "4094f54fbbf6694c08a436cec39ff5a373656d9584f4df9dd8c817e2e5975406"
        "28d0ee21a6524a3fcf3eabdc0968390bd260a47366ead7f71cc2e774d411d96f"
        "3497c7e10291937bc16dc46a111686b85a8c86"
    )
    plain = bytes.fromhex(
        "be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffc"
        "e5ecbaaf33bd751a1ac728d45e6c61296cdc3c01233561f41db66cce314adb31"
        "0e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a024a838f21af1fde"
        "048977eb48f59ffd4924ca1c60902e52f0a089bc76897040e082f93776384864"
        "5e0705"
    )
    assert open_key(sealed, private) == plain
    for at in range(0, len(sealed), 7):
        broken = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        with pytest.raises(SealError):
            open_key(broken, private)


@pytest.mark.parametrize(
    ("typed", "cost", "key"),
    [
        (
            "correct horse",
            Cost(1, 64 * 1024),
            "25ce5233cc1e4d37e9bca31bfef41710e40446cd1cb575932791c5fd3780bd3c",
        ),
        (
            "café",
            Cost(3, 256 * 1024),
            "fbdc80af32efb2f94d30b109a247da80f0778f1e38b5c9e7dc5fdde64150b486",
        ),
    ],
)
def test_a_passphrase_is_stretched_as_the_reference_code_does_it(
    typed: str, cost: Cost, key: str
) -> None:
    """The answers of argon2-cffi 25.1.0, which is the authors' own C and not libsodium's."""
    assert _stretched(typed, bytes(range(16)), cost).hex() == key


@given(st.binary(max_size=3 * PAGE))
def test_what_is_locked_opens_with_its_key_and_tells_little_of_its_length(plain: bytes) -> None:
    sealed, key = lock(plain, ABOUT)
    assert unlock_record(sealed, ABOUT, key) == plain
    pages = len(plain) // PAGE + 1
    assert len(sealed.ciphertext) == pages * PAGE + 16


def test_no_two_records_share_a_key_or_a_beginning() -> None:
    (one, key), (other, another) = lock(PLAIN, ABOUT), lock(PLAIN, ABOUT)
    assert key != another
    assert one.nonce != other.nonce
    with pytest.raises(SealError):
        unlock_record(one, ABOUT, another)


@pytest.mark.parametrize(
    "about", [b"SP-7KQ4-XM2D|2|oakfield", b"SP-7KQ4-XM2F|1|oakfield", b"SP-7KQ4-XM2D|1|elmtree"]
)
def test_a_record_does_not_open_as_another_one(about: bytes) -> None:
    sealed, key = lock(PLAIN, ABOUT)
    with pytest.raises(SealError, match="changed or moved"):
        unlock_record(sealed, about, key)


@given(st.data())
def test_no_byte_of_a_record_can_be_changed_or_left_out(data: st.DataObject) -> None:
    sealed, key = lock(PLAIN, ABOUT)
    changed = bytearray(sealed.ciphertext)
    at = data.draw(st.integers(0, len(changed) - 1))
    changed[at] ^= data.draw(st.integers(1, 255))
    shorter = sealed.ciphertext[: data.draw(st.integers(0, len(changed) - 1))]
    for broken in (
        replace(sealed, ciphertext=bytes(changed)),
        replace(sealed, ciphertext=shorter),
        replace(sealed, nonce=sealed.nonce[:-1]),
        replace(sealed, nonce=bytes(len(sealed.nonce))),
    ):
        with pytest.raises(SealError):
            unlock_record(broken, ABOUT, key)


def test_a_key_opens_for_whom_it_was_sealed_only() -> None:
    (public, private), (_, other) = new_pair(), new_pair()
    sealed = seal_key(bytes(range(32)), public)
    assert open_key(sealed, private) == bytes(range(32))
    for wrong in (other, b"", private[:-1]):
        with pytest.raises(SealError, match="key doesn't open"):
            open_key(sealed, wrong)
    for broken in (sealed[:-1], b"", sealed[::-1]):
        with pytest.raises(SealError):
            open_key(broken, private)


@pytest.mark.parametrize(
    "passphrase", [PASSPHRASE, "cafe\N{COMBINING ACUTE ACCENT} au lait", "\udce9"]
)
def test_a_reader_opens_their_key_with_their_passphrase(passphrase: str) -> None:
    keys = new_reader_keys(passphrase, CHEAP)
    sealed = seal_key(PLAIN, keys.public)
    assert open_key(sealed, unlock(keys, passphrase.replace("e\u0301", "é"))) == PLAIN
    for secret in (passphrase, keys.private_sealed.hex()):
        assert secret not in repr(keys)


def test_another_passphrase_opens_nothing() -> None:
    keys = new_reader_keys(PASSPHRASE, CHEAP)
    for wrong in ("", PASSPHRASE.upper(), PASSPHRASE + " "):
        with pytest.raises(WrongPassphrase, match="capitals and spaces"):
            unlock(keys, wrong)


def test_a_readers_row_cannot_be_put_together_from_two() -> None:
    ours, theirs = (new_reader_keys(PASSPHRASE, CHEAP) for _ in range(2))
    for mixed in (
        replace(ours, public=theirs.public),
        replace(ours, private_sealed=theirs.private_sealed),
        replace(ours, salt=theirs.salt),
        replace(ours, private_sealed=ours.private_sealed[:20]),
        replace(ours, cost=Cost(CHEAP.passes + 1, CHEAP.memory)),
    ):
        with pytest.raises(WrongPassphrase):
            unlock(mixed, PASSPHRASE)


def test_a_row_cannot_ask_for_all_of_the_memory() -> None:
    keys = new_reader_keys(PASSPHRASE, CHEAP)
    greedy = Cost(CHEAP.passes, DEAREST.memory + 1)
    with pytest.raises(SealError, match="changed in the database"):
        unlock(replace(keys, cost=greedy), PASSPHRASE)
    with pytest.raises(StoreError, match="damaged"):
        unlock(replace(keys, salt=b"short"), PASSPHRASE)


def test_a_guess_costs_what_libsodium_calls_moderate() -> None:
    assert Cost() == Cost(3, 256 * 2**20)


@given(st.binary(min_size=32, max_size=32))
def test_a_recovery_key_survives_being_written_down(private: bytes) -> None:
    written = on_paper(private)
    assert len(written.split()) == 14
    assert from_paper(written) == private
    assert from_paper(written.lower().replace(" ", "-")) == private
    assert from_paper(written.replace("O", "0").replace("I", "1")) == private


@pytest.mark.parametrize("slip", [0, 20, 55])
def test_a_slip_of_the_pen_is_noticed(slip: int) -> None:
    letters = on_paper(bytes(range(32))).replace(" ", "")
    wrong = "A" if letters[slip] != "A" else "B"
    for typed in (letters[:slip] + wrong + letters[slip + 1 :], letters[:-1], "", "é" * 56):
        with pytest.raises(BotError, match="recovery sheet"):
            from_paper(typed)
