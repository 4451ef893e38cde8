"""What a picture says of itself is shown to its reader, and in nothing that their browser gets."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image

from bot.cases.records import Evidence, MediaType
from bot.desk.traces import DEVICE, PLACE, TAKEN, traces
from tests.cases.people import record
from tests.desk.visitors import Visitor
from tests.store.readers import OAKFIELD, School

OXFORD: dict[int, Any] = {
    ExifTags.GPS.GPSLatitude: (51.0, 45.0, 7.2),
    ExifTags.GPS.GPSLatitudeRef: "N",
    ExifTags.GPS.GPSLongitude: (1.0, 15.0, 28.8),
    ExifTags.GPS.GPSLongitudeRef: "W",
}


def photo(form: str = "JPEG", gps: dict[int, Any] = OXFORD) -> bytes:
    out, exif = BytesIO(), Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = "Fairphone", "FP4"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:03:01 16:05:00"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(gps)
    Image.new("RGB", (40, 20), (30, 90, 200)).save(out, form, exif=exif)
    return out.getvalue()


@pytest.mark.parametrize(
    ("form", "media"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")]
)
def test_where_and_when_it_was_taken(form: str, media: MediaType) -> None:
    assert traces(Evidence(media, photo(form))) == {
        PLACE: "51.75200, -1.25800",
        TAKEN: "2026:03:01 16:05:00",
        DEVICE: "Fairphone FP4",
    }


def test_what_says_nothing_and_what_cannot_be_read_have_none() -> None:
    out = BytesIO()
    Image.new("RGB", (4, 4)).save(out, "PNG")
    assert traces(Evidence("image/png", out.getvalue())) == {}
    assert traces(Evidence("application/pdf", b"%PDF-1.7")) == {}
    far = {**OXFORD, ExifTags.GPS.GPSLatitude: (200.0, 0.0, 0.0)}
    assert PLACE not in traces(Evidence("image/jpeg", photo(gps=far)))


@pytest.mark.filterwarnings("ignore::UserWarning")  # what it reads on regardless
@given(st.integers(0, 400), st.binary(max_size=40))
def test_a_broken_file_says_nothing_or_something_and_breaks_nothing(at: int, noise: bytes) -> None:
    whole = photo()
    traces(Evidence("image/jpeg", whole[:at] + noise + whole[at + len(noise) :]))


async def test_a_reader_is_shown_them_with_when_the_file_came_and_its_digest(
    visitor: Visitor, school: School
) -> None:
    await school.add("Lucy Coull", "dsl")
    lead = await visitor.in_as("coull@oakfield.example")
    told = record("incident", "pupil")
    await school.hand_in(told, OAKFIELD, Evidence("image/jpeg", photo()))

    page = await lead.get(f"/records/{told.reference}/files/1")
    drawn = await lead.get(f"/records/{told.reference}/files/1/1")

    assert "51.75200, -1.25800" in page.text
    assert hashlib.sha256(photo()).hexdigest() in page.text
    assert "2 March 2026" in page.text
    assert b"Fairphone" in photo() and b"Fairphone" not in drawn.content
