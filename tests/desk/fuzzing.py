"""Requests made at random of the desk's own routes and fields, sent by somebody of another school.

Paths come from the application and fields from the templates, so what is added later is tried as
well. The same is run by the tests, some hundreds, and by the bench, ten thousand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from hypothesis import strategies as st
from starlette.applications import Starlette

from bot.desk.pages import FOLDER
from bot.desk.steps import READ
from bot.desk.words import REGISTERS
from tests.desk.visitors import FORMS, Visitor, every_route
from tests.drawing import drawn

PLACE = re.compile(r"\{\w+\}")
FIELD = re.compile(r'name="([a-z]+)"')
TEMPLATES = FOLDER / "templates"
USEFUL = (
    *READ,
    *("1", "0", "2", "4", "reader 2", "days", "cover", "away", "back", "because", "oakfield"),
    *("pdf", "json", "chronology", "2026-03-02", "approved", "parent", "phone", "people", "all"),
)
PLACES = ("{reference}", "{kind}", "{topic}", "{register}")


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    fields: dict[str, str]
    file: bytes | None = None


def fields() -> list[str]:
    """Each name that a form of the desk has."""
    found = {name for page in TEMPLATES.glob("*.html") for name in FIELD.findall(page.read_text())}
    slots = {f"answer-{slot}" for form in FORMS.values() for slot in form.questions}
    return sorted({*found, *slots, "after", "view", "again", "welcome"} - {"csrf"})


def requests(desk: Starlette, references: list[str], count: int) -> list[Asked]:
    """So many requests; the same ones for the same routes and fields."""
    made_up = st.text(alphabet="SP-7K%./\\?#é\0\n²", max_size=14)
    named = st.sampled_from(references)
    reference = named | named | made_up
    routes = sorted(set(every_route(desk, {})))
    unknown = {name for _, path in routes for name in PLACE.findall(path)} - set(PLACES)
    assert not unknown, "a parameter that the requests don't fill"
    values = st.sampled_from([*USEFUL, *references]) | st.text(max_size=40)
    path = st.sampled_from(routes)
    anything = st.tuples(
        st.sampled_from(["GET", "POST", "HEAD", "PUT", "OPTIONS"]),
        st.text(max_size=20).map("/{}".format),
    )
    asked = st.builds(
        _filled,
        path | path | path | anything,
        reference,
        st.sampled_from([*FORMS, "urgent", "x"]),
        st.sampled_from(["lesson-time", *REGISTERS, "x"]) | made_up,
        st.dictionaries(st.sampled_from(fields()), values, max_size=8),
        st.none() | st.binary(max_size=200),
    )
    return drawn(asked, count)


def _filled(
    to: tuple[str, str],
    about: str,
    kind: str,
    other: str,
    form: dict[str, str],
    file: bytes | None,
) -> Asked:
    method, path = to
    for place, value in zip(PLACES, (about, kind, other, other), strict=True):
        path = path.replace(place, value)
    return Asked(method, path, form, file)


async def tried(visitor: Visitor, asked: Asked, csrf: str) -> tuple[int, str]:
    """What the desk says to one request, of somebody who is signed in; its status and its text."""
    url = f"/desk{quote(asked.path)}"
    if asked.method == "POST":
        # Whoever signs out is nobody to try the next with.
        fields = {**asked.fields, "csrf": "" if asked.path == "/sign-out" else csrf}
        sent = {name: value.encode("utf-8", "replace") for name, value in fields.items()}
        files = None if asked.file is None else {"file": asked.file}
        answer = await visitor.client.post(url, data=sent, files=files)
    else:
        answer = await visitor.client.request(asked.method, url, params=asked.fields)
    return answer.status_code, answer.text
