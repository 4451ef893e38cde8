"""A record on paper: for the school's own file, or as a chronology for an agency outside.

The fonts that every reader of PDFs has know Western European letters only. A letter that they don't
have is written as its plain one, or as its number; the sheet then says so, and where the exact
words are.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from bot.cases.entries import OpenedCase
from bot.cases.proof import fingerprint
from bot.cases.records import OpenedRecord
from bot.desk import words
from bot.desk.chronology import By, Happened, chronology
from bot.desk.words import Calendar

FONT = "Helvetica"
INK, SOFT, LINE = (28, 40, 45), (81, 95, 102), (214, 217, 211)
ALTERED = (
    "Some letters can't be printed in this font and were replaced. The JSON export holds the exact "
    "words."
)


OUTSIDE = (
    "This is shared for the purpose named above and for no other. Keep it safe, pass it on only as "
    "far as that purpose needs, and destroy it when you no longer need it. It holds personal data "
    "of children and may hold what others mustn't learn."
)
OTHERS = (
    "What follows holds what other people said and did as well. Leave out what belongs to them "
    "before you pass any of it on."
)
LEFT_OUT = (
    "Left out on purpose: the readers' private notes, references of other reports, and files. Ask "
    "the person named above for what you need beyond this."
)


@dataclass(frozen=True)
class Taken:
    """Who takes it away, when and what for; `toward` whom, if it goes outside the school."""

    by: str = field(repr=False)
    school: str
    at: datetime
    reason: str = field(repr=False)
    toward: str = field(default="", repr=False)


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


def record_as_pdf(case: OpenedCase, told: str, by: By, taken: Taken, calendar: Calendar) -> bytes:
    """The whole of it, for the school's own file."""
    paper = _Paper(case.opened.record.reference, taken)
    _whole(paper, case, told, by, taken, calendar)
    return paper.finished(taken, calendar)


def found_as_pdf(
    cases: Sequence[OpenedCase], told: Sequence[str], by: By, taken: Taken, calendar: Calendar
) -> bytes:
    """All that was found of somebody; `told` is by whom each was told."""
    paper = _Paper("Reports that were found", taken)
    paper.title("Reports that were found", taken.school)
    paper.facts(
        [
            ("Taken for", taken.reason),
            ("Reports", ", ".join(case.opened.record.reference for case in cases)),
        ]
    )
    paper.text(OTHERS)
    for case, teller in zip(cases, told, strict=True):
        paper.new_page()
        _whole(paper, case, teller, by, taken, calendar)
    return paper.finished(taken, calendar)


def _whole(
    paper: _Paper, case: OpenedCase, told: str, by: By, taken: Taken, calendar: Calendar
) -> None:
    opened = case.opened
    paper.title(_name(opened), taken.school)
    paper.facts(_summary(opened, told, calendar))
    _told(paper, opened)
    paper.heading("What followed")
    paper.story(chronology(case, told, by, outside=False), calendar, skip_first=True)
    paper.heading("As it was sent")
    paper.facts(_proof(opened))
    if case.files:
        paper.note(f"Files kept with the report: {len(case.files)}. They are not part of this.")


def chronology_as_pdf(
    case: OpenedCase, told: str, by: By, taken: Taken, calendar: Calendar
) -> bytes:
    """For an agency outside: a covering sheet, and after it what happened."""
    opened = case.opened
    paper = _Paper(opened.record.reference, taken)
    paper.title("Covering sheet", taken.school)
    paper.facts(
        [
            ("To", taken.toward),
            ("From", f"{taken.by}, {taken.school}"),
            ("Shared for", taken.reason),
            ("Date", calendar.full(taken.at)),
            ("About", f"{_name(opened)}, received {calendar.full(opened.opened_at)}"),
            ("People named", ", ".join(opened.record.named) or "See the details overleaf"),
        ]
    )
    paper.text(OUTSIDE)
    paper.note(LEFT_OUT)
    paper.new_page()
    paper.title(f"Chronology, {opened.record.reference}", taken.school)
    paper.facts(_summary(opened, told, calendar))
    _told(paper, opened)
    paper.heading("What happened, in order")
    paper.story(chronology(case, told, by, outside=True), calendar, skip_first=True)
    return paper.finished(taken, calendar)


def _name(opened: OpenedRecord) -> str:
    return f"{words.named(words.KINDS, opened.record.kind)} {opened.record.reference}"


def _summary(opened: OpenedRecord, told: str, calendar: Calendar) -> list[tuple[str, str]]:
    record = opened.record
    return [
        ("Received", calendar.full(opened.opened_at)),
        ("How pressing", words.named(words.SEVERITIES, record.severity)),
        ("Status", words.named(words.STATUSES, opened.status)),
        ("Told by", told),
        ("About", words.named(words.SUBJECTS, record.subject)),
        ("People named", ", ".join(record.named) or "Nobody"),
    ]


def _told(paper: _Paper, opened: OpenedRecord) -> None:
    if opened.record.words:
        paper.heading("What the person wrote")
        paper.text(opened.record.words)
    if opened.record.facts:
        paper.heading("Details")
        paper.facts(list(opened.record.facts))


def _proof(opened: OpenedRecord) -> list[tuple[str, str]]:
    """By which a copy that somebody kept can be compared with this one."""
    files = enumerate(opened.record.files, 1)
    return [
        ("Fingerprint", fingerprint(opened.record)),
        *((f"File {number}, SHA-256", digest) for number, digest in files),
    ]


class _Paper:
    """What stands on the sheet, from top to bottom."""

    def __init__(self, reference: str, taken: Taken) -> None:
        self._sheet = _Sheet(f"{reference}   |   Confidential")
        # In the file as well as on it: when it was made is when it was taken away.
        self._sheet.set_creation_date(taken.at)
        self._sheet.set_title(reference)
        self._sheet.set_lang("en-GB")
        self._sheet.add_page()
        self._altered = False

    def new_page(self) -> None:
        self._sheet.add_page()

    def story(self, story: Iterable[Happened], calendar: Calendar, *, skip_first: bool) -> None:
        """Each with its moment and who it was; the first stands above already, in full."""
        for place, one in enumerate(story):
            self._line(f"{calendar.full(one.at)}   |   {one.by}", size=9, colour=SOFT)
            self._line(one.what, size=10.5, style="B")
            for text in () if skip_first and place == 0 else one.said:
                self._line(text, size=10.5)
            self._sheet.ln(2.5)

    def finished(self, taken: Taken, calendar: Calendar) -> bytes:
        self.note(f"Taken from Signpost by {taken.by} on {calendar.full(taken.at)}.")
        if self._altered:
            self.note(ALTERED)
        return bytes(self._sheet.output())

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
        self._altered = self._altered or plain != text
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
