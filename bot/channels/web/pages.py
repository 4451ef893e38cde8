"""The pages as they are drawn, and the files that go with them.

Templates are looked at once, and escape all that is put into them. A file's address holds the hash
of what is in it, so that browsers may keep it for a year and still never show an old one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.channels.web.doors import shown_id
from bot.channels.web.prose import Prose, prose
from bot.messages import Button, Reply

HERE = Path(__file__).parent
STATIC = "/static"
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
A_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Shown:
    """One line of the conversation as a page shows it."""

    key: str
    mine: bool
    prose: Prose
    buttons: tuple[Button, ...] = ()
    urgent: bool = False
    files: int = 0


def shown_reply(key: str, reply: Reply, *, urgent: bool, buttons: bool = True) -> Shown:
    offered = reply.buttons if buttons else ()
    return Shown(key, False, prose(reply.text), offered, urgent)


def shown_words(update: str, words: str, files: int) -> Shown:
    # The person's own words are shown as they are: a list of theirs is no list of ours.
    return Shown(shown_id(update), True, Prose(prose(words).blocks), files=files)


class Pages:
    def __init__(self) -> None:
        self._files = {path.name: path.read_bytes() for path in (HERE / "static").iterdir()}
        self._marks = {
            name: hashlib.sha256(content).hexdigest()[:12] for name, content in self._files.items()
        }
        self._drawn = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._drawn.globals["static"] = self.address

    def address(self, name: str) -> str:
        """Where the page finds one of its files."""
        return f"{STATIC}/{name}?v={self._marks[name]}"

    def draw(self, template: str, **shown: Any) -> str:
        return self._drawn.get_template(template).render(**shown)

    def page(self, template: str, status: int = 200, **shown: Any) -> HTMLResponse:
        return HTMLResponse(self.draw(template, **shown), status)

    def line(self, line: Shown, base: str, new_id: str) -> str:
        return self.draw("_line.html", line=line, base=base, new_id=new_id)

    def lines(self, lines: Sequence[Shown], base: str, new_id: str) -> str:
        return "".join(self.line(line, base, new_id) for line in lines)

    async def static(self, request: Request) -> Response:
        """One file of the page's; the desk uses the same."""
        name = str(request.path_params["name"])
        content = self._files.get(name)
        if content is None:
            return self.trouble(404, "There is no such file", "Nothing is kept under that name.")
        current = request.query_params.get("v") == self._marks[name]
        return Response(
            content,
            media_type=KINDS[Path(name).suffix],
            headers={"Cache-Control": A_YEAR if current else "no-cache"},
        )

    def trouble(self, status: int, title: str, says: str, back: str = "/chat") -> HTMLResponse:
        """What went wrong, what was kept, and what to do."""
        return self.page("trouble.html", status, title=title, says=says, back=back)
