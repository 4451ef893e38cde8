"""What a picture says of itself beside what it shows: where and when it was taken, by which device.

Whoever looks into a report may need it, so it is shown to them and never left in the picture that
their browser gets. Anybody can write into a file what they like, so it is a hint and no proof.
Chats take it out of what is sent as a photo; it stays in what is sent as a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from PIL import ExifTags, Image

from bot.cases.records import Evidence
from bot.desk.pictures import BROKEN, FORMATS

LONGEST = 80
"""Letters of what a device calls itself or the time."""

PLACE, TAKEN, DEVICE = "Where it says it was taken", "When, by its own clock", "With"
Fields = Mapping[int, Any]


def traces(evidence: Evidence) -> dict[str, str]:
    """What it says, by what that is; nothing of what isn't there or can't be read."""
    if not evidence.media.startswith("image/"):
        return {}
    try:
        with Image.open(BytesIO(evidence.content), formats=FORMATS) as sent:
            exif = sent.getexif()
            details, gps = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
            found = {
                PLACE: _place(gps),
                TAKEN: _text(details, ExifTags.Base.DateTimeOriginal),
                DEVICE: f"{_text(exif, ExifTags.Base.Make)} {_text(exif, ExifTags.Base.Model)}",
            }
    except (*BROKEN, ArithmeticError, LookupError, AttributeError):
        return {}
    return {label: text.strip() for label, text in found.items() if text.strip()}


def _place(gps: Fields) -> str:
    """In degrees north and east, as any map takes them."""
    sides = (
        (ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef, "S", 90),
        (ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef, "W", 180),
    )
    degrees = []
    for number, side, negative, most in sides:
        if number not in gps:
            return ""
        whole, minutes, seconds = (float(part) for part in gps[number])
        found = whole + minutes / 60 + seconds / 3600
        if not 0 <= found <= most:
            return ""
        degrees.append(-found if gps.get(side) == negative else found)
    return ", ".join(f"{one:.5f}" for one in degrees)


def _text(fields: Fields, number: int) -> str:
    said = fields.get(number, "")
    if not isinstance(said, str):
        return ""
    return "".join(letter for letter in said if letter.isprintable())[:LONGEST]
