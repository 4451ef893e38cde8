"""Back in with the printed recovery sheet, for who has lost the passphrase or the phone.

The sheet opens every record of the school anyway; here it gives its holder's own account a new key
to what that account could open before, and to nothing else.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.desk.pages import Pages
from bot.desk.set_up import NOT_TWICE
from bot.desk.signing import TooOften, Typed
from bot.desk.visit import visit_of
from bot.errors import BotError, StoreError


def routes(pages: Pages) -> list[Route]:
    async def recover(request: Request) -> Response:
        visit = visit_of(request)
        error, account = "", visit.typed("account")
        status = 200
        if request.method == "POST":
            try:
                if visit.typed("passphrase") != visit.typed("again"):
                    raise BotError(NOT_TWICE)
                typed = Typed(account, visit.typed("passphrase"), "", visit.address)
                await visit.services.signing.recover(typed, visit.typed("sheet"))
                return visit.goes_to("/sign-in?renewed=1")
            except StoreError:
                raise
            except BotError as problem:
                error = str(problem)
                status = 429 if isinstance(problem, TooOften) else 400
        return pages.show(visit, "recover.html", status, error=error, account=account)

    return [Route("/recover", recover, methods=["GET", "POST"])]
