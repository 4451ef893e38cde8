"""Makes pages of the templates; what isn't said to be markup is escaped in all of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from bot.desk import words
from bot.desk.doors import doors_for
from bot.desk.visit import Visit

FOLDER = Path(__file__).parent


class Pages:
    def __init__(
        self,
        schools: Callable[[], list[tuple[str, str]]],
        now: Callable[[], datetime],
        stylesheet: str,
    ) -> None:
        self._schools = schools
        self._now = now
        self.calendar = words.Calendar()
        self._templates = Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._templates.globals.update(
            words=words,
            doors=doors_for,
            stylesheet=stylesheet,
            named=words.named,
            full=self.calendar.full,
            plain_day=lambda day: f"{day.day} {day:%B %Y}",
            short=lambda moment: self.calendar.short(moment, now()),
        )

    def today(self) -> date:
        return self.calendar.today(self._now())

    def school_name(self, school: str) -> str:
        return dict(self._schools()).get(school, school)

    def show(self, visit: Visit, template: str, status: int = 200, **more: Any) -> Response:
        reader = visit.session.reader if visit.session and visit.session.whole else None
        text = self._templates.get_template(template).render(
            visit=visit,
            base=visit.base,
            csrf=visit.csrf,
            reader=reader,
            school_name=self.school_name(reader.school) if reader else None,
            **more,
        )
        # Broken input may hold half a character, which no page can carry.
        return HTMLResponse(text.encode("utf-8", "replace"), status)

    def refuse(self, visit: Visit, status: int, says: str) -> Response:
        titles = {403: "Nothing was done", 404: "Nothing here", 413: "Too long", 429: "Not now"}
        title = titles.get(status, "That didn't work")
        return self.show(visit, "refused.html", status, title=title, says=says)

    def lapsed(self, visit: Visit) -> Response:
        """A form came whose sender was signed out meanwhile: their words aren't lost with it."""
        return self.show(visit, "lapsed.html", 401, typed=visit.written)
