"""The second factor: a six-digit code from an app on somebody's phone (TOTP, RFC 6238)."""

from __future__ import annotations

import base64
import hmac
from datetime import datetime

import pyotp
import segno

STEP = 30
SLACK = 1
"""Steps that a phone's clock may be off, either way."""

SECRET_SIZE = 20
ISSUER = "Signpost"


def step_of(secret: bytes, code: str, now: datetime) -> int | None:
    """The step that the code is of. All are tried, so that it takes as long whichever fits."""
    digits = "".join(filter(str.isdecimal, code))
    current = int(now.timestamp()) // STEP
    totp = pyotp.TOTP(on_phone(secret))
    found = None
    for step in range(current - SLACK, current + SLACK + 1):
        fits = hmac.compare_digest(totp.generate_otp(step).encode(), digits.encode())
        found = step if fits else found
    return found


def on_phone(secret: bytes) -> str:
    """The secret as it is typed into an app by somebody who can't scan."""
    return base64.b32encode(secret).decode()


def qr_code(secret: bytes, account: str) -> str:
    """The code to scan, as a picture that stands in the page itself."""
    address = pyotp.TOTP(on_phone(secret)).provisioning_uri(name=account, issuer_name=ISSUER)
    picture: str = segno.make(address, error="m").svg_inline(
        scale=4, border=3, dark="#000", light="#fff", title="QR code for your authenticator app"
    )
    return picture
