"""Evidence as pictures that were drawn here: a browser never gets a file as it was sent.

An image is decoded and written anew, so nothing that was hidden in it (where it was taken, by which
phone, a script) goes on. A PDF is drawn page by page, and nothing in it runs.
"""

from __future__ import annotations

import threading
from io import BytesIO

import pypdfium2  # type: ignore[import-untyped]
from PIL import Image, ImageOps

from bot.cases.records import Evidence
from bot.errors import BotError

MEDIA = "image/jpeg"
FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 50_000_000
WIDEST = 1800
MOST_PAGES = 100
QUALITY = 88

CANT = (
    "This file can't be shown: it is damaged, or isn't what it says it is. It is kept as it came, "
    "and nothing was changed."
)
BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    TypeError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
    pypdfium2.PdfiumError,
)

_one_at_a_time = threading.Lock()
"""PDFium is not made for several threads."""


def pages_in(evidence: Evidence) -> int:
    """How many pictures there are of it; none of what is text."""
    if evidence.media == "text/plain":
        return 0
    if evidence.media != "application/pdf":
        return 1
    try:
        with _one_at_a_time, pypdfium2.PdfDocument(evidence.content) as document:
            return min(len(document), MOST_PAGES)
    except BROKEN:
        raise BotError(CANT) from None


def picture(evidence: Evidence, page: int) -> bytes:
    """One page, numbered from 1, as a JPEG of our own making."""
    try:
        if evidence.media == "application/pdf":
            drawn = _page(evidence.content, page)
        else:
            drawn = _image(evidence.content)
        clean = Image.new("RGB", drawn.size, "white")
        clean.paste(drawn, mask=drawn.getchannel("A") if drawn.mode == "RGBA" else None)
        out = BytesIO()
        clean.save(out, "JPEG", quality=QUALITY)
    except BROKEN:
        raise BotError(CANT) from None
    return out.getvalue()


def _image(content: bytes) -> Image.Image:
    with Image.open(BytesIO(content), formats=FORMATS) as sent:
        if sent.width * sent.height > MOST_PIXELS:
            raise ValueError(sent.size)
        drawn = ImageOps.exif_transpose(sent).convert("RGBA")
    drawn.thumbnail((WIDEST, WIDEST))
    return drawn


def _page(content: bytes, number: int) -> Image.Image:
    with _one_at_a_time, pypdfium2.PdfDocument(content) as document:
        if not 1 <= number <= min(len(document), MOST_PAGES):
            raise ValueError(number)
        page = document[number - 1]
        scale = min(2.0, WIDEST / max(1.0, page.get_width()), WIDEST / max(1.0, page.get_height()))
        drawn: Image.Image = page.render(scale=scale).to_pil().convert("RGB")
        page.close()
        return drawn


def words_of(evidence: Evidence) -> str:
    """What a text file says; letters that can't be read are shown as such."""
    return evidence.content.decode("utf-8", "replace")
