"""The pages for signing in and out, and for setting up the second factor."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.cases.records import read_reference
from bot.desk import factor
from bot.desk.pages import Pages
from bot.desk.signing import NotIn, TooOften, Typed
from bot.desk.visit import Visit, set_cookie, visit_of
from bot.store.keyring import open_key

WRONG_CODE = (
    "This code doesn't fit. Take the one that the app shows now; if it still doesn't, check that "
    "the phone's clock is set by itself, and scan the picture again."
)


def routes(
    pages: Pages,
    now: Callable[[], datetime],
    new_token: Callable[[], str],
    new_secret: Callable[[int], bytes],
    *,
    secure: bool,
) -> list[Route]:
    def form(visit: Visit, status: int = 200, error: str = "", **more: str) -> Response:
        asked = {"account": "", "to": "", "notice": "", **more}
        return pages.show(visit, "sign_in.html", status, error=error, **asked)

    async def sign_in(request: Request) -> Response:
        visit = visit_of(request)
        if request.method != "POST":
            notice = "restarted" if request.query_params.get("again") else ""
            notice = "renewed" if request.query_params.get("renewed") else notice
            return form(visit, to=request.query_params.get("to", ""), notice=notice)
        typed = Typed(
            visit.typed("account"), visit.typed("passphrase"), visit.typed("code"), visit.address
        )
        to = visit.typed("to")
        try:
            token = await visit.services.signing.sign_in(typed)
        except (NotIn, TooOften) as error:
            status = 429 if isinstance(error, TooOften) else 400
            return form(visit, status, str(error), account=typed.account, to=to)
        answer = visit.goes_to(_back_to(to))
        set_cookie(answer, token, visit.base, secure=secure)
        return answer

    async def sign_out(request: Request) -> Response:
        visit = visit_of(request)
        if request.method == "POST":
            if visit.typed("everywhere"):
                await visit.services.signing.end_all(visit.signed_in.id)
            else:
                await visit.services.signing.end(visit.token)
            # A new token, so that what is still open in another tab can send nothing.
            answer = pages.show(visit.left(), "signed_out.html")
            set_cookie(answer, new_token(), visit.base, secure=secure)
            return answer
        return pages.show(visit, "sign_out.html")

    async def second_factor(request: Request) -> Response:
        visit = visit_of(request)
        reader = visit.signed_in
        if visit.session is not None and visit.session.whole:
            return visit.goes_to("/")
        desk = visit.services.store.desk
        kept = await desk.offer_factor(reader.id, new_secret(factor.SECRET_SIZE))
        secret = open_key(kept.sealed, visit.key)
        error = ""
        if request.method == "POST":
            step = factor.step_of(secret, visit.typed("code"), now())
            if step is not None and await desk.use_step(reader.id, step, confirm=True):
                await visit.services.signing.end(visit.token)
                token = await visit.services.signing.begin(reader.id, visit.key, whole=True)
                answer = visit.goes_to("/?welcome=1")
                set_cookie(answer, token, visit.base, secure=secure)
                return answer
            error = WRONG_CODE
        return pages.show(
            visit,
            "second_factor.html",
            400 if error else 200,
            error=error,
            # Made by segno of our own secret; the name in it is encoded before.
            picture=Markup(factor.qr_code(secret, reader.name)),  # noqa: S704
            letters=_in_groups(factor.on_phone(secret)),
        )

    return [
        Route("/sign-in", sign_in, methods=["GET", "POST"]),
        Route("/sign-out", sign_out, methods=["GET", "POST"]),
        Route("/second-factor", second_factor, methods=["GET", "POST"]),
    ]


def _back_to(reference: str) -> str:
    """A record's page, or the inbox: never an address that somebody else has written."""
    symbols = "".join(filter(str.isalnum, reference))
    return f"/records/{read_reference(symbols)}" if symbols and symbols.isascii() else "/"


def _in_groups(letters: str) -> str:
    return " ".join(letters[at : at + 4] for at in range(0, len(letters), 4))
