"""A Bot API server of our own over real HTTP, with the faults that a test asks for.

It keeps to what Telegram documents and we rely on: an offset confirms what is below it, what isn't
confirmed is handed out again, messages get numbers, and files are fetched in two steps.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TOKEN = "4455:SENTINEL-token-nobody-may-log"
BOT = {"id": 4455, "is_bot": True, "first_name": "Signpost", "username": "SignpostTestBot"}
GROUP = -100777
Json = dict[str, Any]


@dataclass
class Fault:
    """What happens to the next calls of a method. `after` means that the call was carried out."""

    status: int
    times: int = 1
    description: str = "fault"
    parameters: Json | None = None
    chat: int | None = None
    after: bool = False
    hangs: float = 0.0


@dataclass
class Call:
    method: str
    given: Json
    at: float


@dataclass
class FakeApi:
    """`pending` is what Telegram holds; `calls` is all that the bot asked for, in order."""

    pending: list[Json] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    down: bool = False
    repeats: bool = False
    webhook: Json | None = None
    sent: dict[tuple[int, int], Json] = field(default_factory=dict)
    numbers: int = 1000
    updates: int = 70_000
    port: int = 0
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    # What people do.

    async def push(self, **update: Any) -> int:
        self.updates += 1
        async with self.changed:
            self.pending.append({"update_id": self.updates, **update})
            self.changed.notify_all()
        return self.updates

    def message(self, person: int, text: str | None = None, **more: Any) -> Json:
        self.numbers += 1
        name = {"first_name": "SENTINEL Ann", "last_name": "Smith", "username": "sentinel_ann"}
        said = {} if text is None else {"text": text}
        return {
            "message_id": self.numbers,
            "date": 1772442000,
            "chat": {"id": person, "type": "private", **name},
            "from": {"id": person, "is_bot": False, **name},
            **said,
            **more,
        }

    def in_group(self, person: int, text: str, **more: Any) -> Json:
        chat = {"id": GROUP, "type": "supergroup", "title": "SENTINEL staff room"}
        return {**self.message(person, text), "chat": chat, **more}

    async def write(self, person: int, text: str, **more: Any) -> int:
        return await self.push(message=self.message(person, text, **more))

    async def press(self, person: int, title: str) -> int:
        """Press the last button with this title that is shown in somebody's chat."""
        for (chat, number), message in reversed(self.sent.items()):
            for row in (message.get("reply_markup") or {}).get("inline_keyboard", []):
                if chat == person and row[0]["text"] == title:
                    return await self.press_data(person, number, row[0]["callback_data"])
        raise AssertionError(f"no button {title!r} is shown")

    async def press_data(self, person: int, number: int, data: str) -> int:
        self.numbers += 1
        asked = self.message(person)
        return await self.push(
            callback_query={
                "id": str(self.numbers),
                "from": asked["from"],
                "chat_instance": "1",
                "message": {"message_id": number, "date": 1, "chat": asked["chat"]},
                "data": data,
            }
        )

    # What a test looks at.

    def fault(self, method: str, status: int, **more: Any) -> None:
        self.faults.setdefault(method.lower(), []).append(Fault(status, **more))

    def of(self, method: str) -> list[Json]:
        return [call.given for call in self.calls if call.method == method.lower()]

    def texts(self, chat: int | None = None) -> list[str]:
        return [
            one["text"] for one in self.of("sendMessage") if chat in (None, int(one["chat_id"]))
        ]

    async def until(self, true: Any, seconds: float = 20.0) -> None:
        """Wait until something holds that a call to this server can change."""

        async def holds() -> None:
            async with self.changed:
                await self.changed.wait_for(true)

        try:
            await asyncio.wait_for(holds(), seconds)
        except asyncio.TimeoutError:
            raise AssertionError(f"it never happened; sent: {self.texts()}") from None

    # What the bot calls.

    async def serve(self, request: Request) -> Response:
        method = request.path_params["method"].lower()
        if request.path_params["token"] != TOKEN:
            return _refused(401, "Unauthorized")
        try:
            given = await _given(request)
        except ClientDisconnect:
            return Response()  # the bot was killed in mid-sentence
        if self.down:
            return _refused(502, "Bad Gateway")
        fault = self._fault(method, given)
        if fault is not None and not fault.after:
            return await _faulty(fault)
        answer = await self._answer(method, given)
        async with self.changed:
            self.counted[method] += 1
            self.calls.append(Call(method, given, asyncio.get_running_loop().time()))
            self.changed.notify_all()
        if fault is not None:
            return await _faulty(fault)
        if isinstance(answer, Response):
            return answer
        return JSONResponse({"ok": True, "result": answer})

    def _fault(self, method: str, given: Json) -> Fault | None:
        for fault in self.faults.get(method, []):
            if fault.times > 0 and fault.chat in (None, given.get("chat_id")):
                fault.times -= 1
                return fault
        return None

    async def _answer(self, method: str, given: Json) -> Any:
        match method:
            case "getme":
                return BOT
            case "getupdates":
                return await self._updates(given)
            case "sendmessage":
                return self._send(given)
            case "senddocument":
                chat = {"id": given["chat_id"], "type": "private"}
                self.numbers += 1
                return {"message_id": self.numbers, "date": 1, "chat": chat}
            case "setwebhook":
                self.webhook = given
                return True
            case "deletewebhook":
                assert not given.get("drop_pending_updates"), "it would drop what people wrote"
                self.webhook = None
                return True
            case "editmessagereplymarkup":
                message = self.sent.get((given["chat_id"], given["message_id"]))
                if message is None or "reply_markup" not in message:
                    return _refused(400, "Bad Request: message is not modified")
                del message["reply_markup"]
                if given.get("reply_markup"):
                    message["reply_markup"] = given["reply_markup"]
                return True
            case "deletemessage" | "deletemessages":
                for number in given.get("message_ids", [given.get("message_id")]):
                    self.sent.pop((given["chat_id"], number), None)
                return True
            case "getfile":
                content = self.files.get(given["file_id"])
                if content is None:
                    return _refused(400, "Bad Request: invalid file_id")
                size = len(content)
                return {
                    "file_id": given["file_id"],
                    "file_unique_id": "u",
                    "file_size": size,
                    "file_path": f"files/{given['file_id']}",
                }
            case "answercallbackquery" | "sendchataction" | "setmycommands":
                return True
        return _refused(404, "Not Found")

    async def _updates(self, given: Json) -> list[Json]:
        if (offset := given.get("offset")) is not None and not self.repeats:
            self.pending = [one for one in self.pending if one["update_id"] >= offset]
        if not self.pending:
            async with self.changed:
                waiting = self.changed.wait_for(lambda: self.pending or self.down)
                try:
                    await asyncio.wait_for(waiting, min(given.get("timeout", 0), 1))
                except asyncio.TimeoutError:
                    return []
        return self.pending[:100]

    def _send(self, given: Json) -> Any:
        if len(given["text"].encode("utf-16-le")) // 2 > 4096:
            return _refused(400, "Bad Request: message is too long")
        for row in (given.get("reply_markup") or {}).get("inline_keyboard", []):
            assert all(len(one.get("callback_data", "").encode()) <= 64 for one in row)
        self.numbers += 1
        chat = given["chat_id"]
        self.sent[chat, self.numbers] = dict(given)
        kind = "private" if chat > 0 else "supergroup"
        return {"message_id": self.numbers, "date": 1, "chat": {"id": chat, "type": kind}}

    async def file(self, request: Request) -> Response:
        return Response(self.files[request.path_params["name"]])


async def _given(request: Request) -> Json:
    found: Json = dict(request.query_params)
    async with request.form() as form:
        for name, value in form.items():
            found[name] = value if isinstance(value, str) else (await value.read()).decode()
    for name, value in found.items():
        if name in ("text", "data", "callback_query_id", "file_id", "secret_token", "url"):
            continue
        try:
            found[name] = json.loads(value)
        except ValueError:
            continue
    return found


async def _faulty(fault: Fault) -> Response:
    await asyncio.sleep(fault.hangs)
    return _refused(fault.status, fault.description, fault.parameters)


def _refused(status: int, description: str, parameters: Json | None = None) -> Response:
    body: Json = {"ok": False, "error_code": status, "description": description}
    if parameters:
        body["parameters"] = parameters
    return JSONResponse(body, status_code=status)


@asynccontextmanager
async def running(fake: FakeApi) -> AsyncIterator[FakeApi]:
    """Serve on a port of this machine."""
    app = Starlette(
        routes=[
            Route("/bot{token}/{method}", fake.serve, methods=["GET", "POST"]),
            Route("/file/bot{token}/files/{name}", fake.file),
        ]
    )
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none")
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    # Named as TCP, or asyncio lets small packets wait for each other, 40 ms each time.
    with socket.socket(proto=socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        fake.port = listening.getsockname()[1]
        serving = asyncio.create_task(server.serve([listening]))
        try:
            yield fake
        finally:
            server.force_exit = server.should_exit = True
            async with fake.changed:
                fake.pending.append({"update_id": 0})
                fake.changed.notify_all()
            await serving
