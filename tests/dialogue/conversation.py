"""One conversation with a real bot that a test can restart, and whose records it can open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.app import App
from bot.cases import ReaderRole
from bot.cases.evidence import LARGEST
from bot.cases.records import NewRecord
from bot.messages import Arrival, Attachment, Role, Said
from bot.settings import Settings
from bot.store import Store
from tests.conftest import Clock
from tests.store.readers import School, add

FILES: Mapping[str, bytes] = {
    "jpeg": b"\xff\xd8\xff\xe0 a picture",
    "png": b"\x89PNG\r\n\x1a\n a picture",
    "pdf": b"%PDF-1.7 a page",
    "text": b"what they wrote to me",
    "program": b"MZ\x90\x00\x03 runs",
    "program called a picture": b"MZ\x90\x00\x03 runs",
    "large picture": b"\xff\xd8\xff\xe0" + bytes(LARGEST),
    "empty": b"",
}
READERS: Mapping[ReaderRole, str] = {
    "dsl": "Ann Lee",
    "head": "Bo Hill",
    "chair-of-governors": "Cy Dean",
}


@dataclass
class Conversation:
    settings: Settings
    clock: Clock
    new_id: Callable[[], str]
    school: str
    role: Role
    name: str = "test:someone"
    app: App | None = None
    keys: School | None = None
    store: Store | None = None
    fetched: list[str] = field(default_factory=list)

    async def opened(self, readers: Mapping[ReaderRole, str] = READERS) -> Conversation:
        await self.restart()
        self.store = await Store.open(
            self.settings.database_url,
            self.settings.key_file,
            now=self.clock,
            new_id=self.new_id,
        )
        if readers:
            self.keys = await School.opened(self.store, self.school)
        for role, name in readers.items():
            await add(self.store, name, role, school=self.school)
        return self

    async def restart(self) -> None:
        if self.app is not None:
            await self.app.close()
        self.app = await App.open(
            self.settings,
            {},
            now=self.clock,
            new_id=self.new_id,
            fetch={"test": self._fetch},
        )

    async def _fetch(self, file: Attachment) -> bytes:
        self.fetched.append(file.handle)
        return FILES[file.handle]

    async def close(self) -> None:
        if self.app is not None:
            await self.app.close()
        if self.store is not None:
            await self.store.close()

    async def says(self, text: str, *files: str) -> Said:
        assert self.app is not None
        sent = tuple(
            Attachment("picture" if "picture" in name else "document", name, len(FILES[name]))
            for name in files
        )
        arrival = Arrival("test", self.new_id(), self.name, self.school, self.role, text, sent)
        return await self.app.answer(arrival)

    async def record(self, reference: str) -> NewRecord:
        """What was handed over, opened with the school's recovery key."""
        assert self.keys is not None
        return (await self.keys.read(reference, None)).record
