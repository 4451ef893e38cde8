"""Evidence is drawn anew: nothing that was hidden in a file comes out, and no file breaks it."""

from __future__ import annotations

from io import BytesIO

import pytest
from fpdf import FPDF
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image

from bot.cases.records import Evidence, MediaType
from bot.desk.pictures import WIDEST, pages_in, picture, words_of
from bot.errors import BotError

HIDDEN = b"51.7520N hidden place"


def photo(form: str, size: tuple[int, int] = (40, 20)) -> bytes:
    out = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = HIDDEN.decode()
    exif[0x0112] = 6
    Image.new("RGB", size, (200, 30, 30)).save(out, form, exif=exif)
    return out.getvalue()


@pytest.mark.parametrize(
    ("form", "media"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")]
)
def test_a_photo_keeps_what_it_shows_and_nothing_else(form: str, media: MediaType) -> None:
    sent = Evidence(media, photo(form))
    assert HIDDEN in sent.content

    drawn = picture(sent, 1)

    assert HIDDEN not in drawn
    with Image.open(BytesIO(drawn)) as image:
        assert image.format == "JPEG"
        assert not image.getexif()
        assert image.size == (20, 40)  # turned as the camera was held
        red = image.convert("RGB").getpixel((10, 20))
        assert isinstance(red, tuple) and red[0] > 150 > red[1]


def test_what_is_seen_through_is_white() -> None:
    out = BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(out, "PNG")
    with Image.open(BytesIO(picture(Evidence("image/png", out.getvalue()), 1))) as image:
        assert image.getpixel((1, 1)) == (255, 255, 255)


def test_a_large_photo_becomes_one_that_a_screen_can_show() -> None:
    drawn = picture(Evidence("image/png", photo("PNG", (5000, 3000))), 1)
    with Image.open(BytesIO(drawn)) as image:
        assert max(image.size) == WIDEST


def test_an_image_that_would_fill_the_memory_is_not_opened() -> None:
    out = BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    with pytest.raises(BotError, match="can't be shown"):
        picture(Evidence("image/png", out.getvalue()), 1)


def test_a_pdf_is_drawn_page_by_page() -> None:
    sheet = FPDF()
    for text in ("one", "two"):
        sheet.add_page()
        sheet.set_font("Helvetica", size=40)
        sheet.cell(text=text)
    sent = Evidence("application/pdf", bytes(sheet.output()))

    assert pages_in(sent) == 2
    assert picture(sent, 1) != picture(sent, 2)
    for page in (0, 3):
        with pytest.raises(BotError):
            picture(sent, page)


def test_text_is_words() -> None:
    assert pages_in(Evidence("text/plain", b"x")) == 0
    assert words_of(Evidence("text/plain", b"caf\xc3\xa9 \xff")) == "café \N{REPLACEMENT CHARACTER}"


@hypothesis_settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["image/jpeg", "image/png", "image/webp", "application/pdf"]),
    st.binary(max_size=300),
    st.integers(0, 900),
)
def test_a_broken_file_is_said_to_be_broken(media: MediaType, noise: bytes, cut: int) -> None:
    whole = photo("PNG") if media != "application/pdf" else b"%PDF-1.7\n"
    for content in (noise, whole[:cut] + noise):
        try:
            pages_in(Evidence(media, content))
            picture(Evidence(media, content), 1)
        except BotError:
            continue
