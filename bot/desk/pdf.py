"""A record on paper, for a file or an outside agency.

The fonts that every reader of PDFs has know Western European letters only. A letter that they don't
have is written as its plain one, or as its number; the sheet then says so, and where the exact
words are.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from bot.cases.records import OpenedRecord
from bot.desk import words

FONT = "Helvetica"
INK, SOFT, LINE = (28, 40, 45), (81, 95, 102), (214, 217, 211)
ALTERED = (
    "Some letters can't be printed in this font and were replaced. The JSON export holds the exact "
    "words."
)


@dataclass(frozen=True)
class Taken:
    """Who takes it away, and when."""

    by: str = field(repr=False)
    school: str
    at: datetime


class _Sheet(FPDF):
    def __init__(self, foot: str) -> None:
        super().__init__(format="A4")
        self._foot = foot
        self.set_auto_page_break(True, margin=22)
        self.set_margins(22, 20)

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font(FONT, size=8)
        self.set_text_color(*SOFT)
        self.cell(0, 5, f"{self._foot}   |   page {self.page_no()} of {{nb}}", align="C")


def record_as_pdf(opened: OpenedRecord, told: str, taken: Taken, calendar: words.Calendar) -> bytes:
    record = opened.record
    sheet = _Sheet(f"{record.reference}   |   Confidential")
    # In the file as well as on it: when it was made is when it was taken away.
    sheet.set_creation_date(taken.at)
    sheet.set_title(record.reference)
    sheet.set_lang("en-GB")
    sheet.add_page()
    paper = _Paper(sheet)
    paper.title(f"{words.named(words.KINDS, record.kind)} {record.reference}", taken.school)
    paper.facts(
        [
            ("Received", calendar.full(opened.opened_at)),
            ("How pressing", words.named(words.SEVERITIES, record.severity)),
            ("Status", words.named(words.STATUSES, opened.status)),
            ("Told by", told),
            ("About", words.named(words.SUBJECTS, record.subject)),
            ("People named", ", ".join(record.named) or "Nobody"),
        ]
    )
    if record.words:
        paper.heading("What the person wrote")
        paper.text(record.words)
    if record.facts:
        paper.heading("Details")
        paper.facts(list(record.facts))
    paper.note(f"Taken from Signpost by {taken.by} on {calendar.full(taken.at)}.")
    if paper.altered:
        paper.note(ALTERED)
    return bytes(sheet.output())


class _Paper:
    """What stands on the sheet, from top to bottom."""

    def __init__(self, sheet: _Sheet) -> None:
        self._sheet = sheet
        self.altered = False

    def title(self, title: str, under: str) -> None:
        self._line(title, size=17, style="B")
        self._line(under, size=10.5, colour=SOFT)
        self._rule()

    def heading(self, text: str) -> None:
        self._sheet.ln(4)
        self._line(text, size=12.5, style="B")
        self._sheet.ln(1)

    def text(self, text: str) -> None:
        self._line(text, size=10.5)

    def note(self, text: str) -> None:
        self._sheet.ln(3)
        self._line(text, size=9, colour=SOFT)

    def facts(self, facts: list[tuple[str, str]]) -> None:
        for label, text in facts:
            self._line(label, size=9, colour=SOFT)
            self._line(text or "-", size=10.5)
            self._sheet.ln(1.5)

    def _rule(self) -> None:
        self._sheet.ln(2)
        self._sheet.set_draw_color(*LINE)
        height = self._sheet.get_y()
        self._sheet.line(self._sheet.l_margin, height, 210 - self._sheet.r_margin, height)
        self._sheet.ln(4)

    def _line(
        self, text: str, size: float, style: str = "", colour: tuple[int, int, int] = INK
    ) -> None:
        plain = printable(text)
        self.altered = self.altered or plain != text
        self._sheet.set_font(FONT, style, size)
        self._sheet.set_text_color(*colour)
        self._sheet.multi_cell(0, size * 0.5, plain, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def printable(text: str) -> str:
    """The text in letters that the font has; line breaks stay, tabs become spaces."""
    text = text.expandtabs(4).replace("’", "'").replace("‘", "'").replace("…", "...")
    text = text.replace("“", '"').replace("”", '"').replace("–", "-").replace("—", "-")
    return "".join(_letter(one) for one in unicodedata.normalize("NFC", text))


def _letter(one: str) -> str:
    if one == "\n" or (one.isprintable() and ord(one) < 256):
        return one
    plain = "".join(part for part in unicodedata.normalize("NFKD", one) if ord(part) < 128)
    if plain.isprintable() and plain:
        return plain
    return f"[U+{ord(one):04X}]"
