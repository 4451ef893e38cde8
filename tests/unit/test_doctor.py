"""The doctor finds each thing that can be wrong, names it, and never stops at the first."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.backups import back_up
from bot.doctor import LEAST_DISK, Finding, examine
from bot.policy.library import Library
from bot.settings import Settings
from bot.store import Store
from bot.store.case_tables import audit
from bot.values import MailServer
from tests.cases.people import record
from tests.conftest import ROOT, Clock
from tests.store.people import LEASE, SORRY, claimed, says
from tests.store.readers import School, add, takes_records

MAIL = MailServer("mail.school.example", 587, None, None, "starttls")

CHECKS = [
    "Python",
    "lock file",
    "sentence encoder",
    "model",
    "danger",
    "policies",
    "database",
    "key",
    "audit",
    "backup",
    "reports",
    "address",
    "disk",
    "clock",
]


class Patient:
    """An installation, and what the doctor says of it."""

    def __init__(self, settings: Settings, clock: Clock, new_id: Callable[[], str]) -> None:
        self.settings, self.clock, self._new_id = settings, clock, new_id
        clock.moment = datetime.fromtimestamp(
            (ROOT / "uv.lock").stat().st_mtime, timezone.utc
        ) + timedelta(hours=1)

    async def findings(self) -> dict[str, Finding]:
        found = await examine(self.settings, now=self.clock, new_id=self._new_id)
        assert [finding.what for finding in found] == CHECKS
        return {finding.what: finding for finding in found}

    async def only_wrong(self, what: str) -> str:
        """What is said of the one thing that is wrong, besides that there are no readers yet."""
        wrong = await self.wrong()
        if what != "reports":
            wrong.pop("reports", None)
        assert list(wrong) == [what], wrong
        return wrong[what].says

    async def wrong(self) -> dict[str, Finding]:
        return {name: one for name, one in (await self.findings()).items() if not one.fine}

    async def store(self) -> Store:
        return await Store.open(
            self.settings.database_url,
            self.settings.key_file,
            now=self.clock,
            new_id=self._new_id,
        )


@pytest.fixture
def patient(settings: Settings, clock: Clock, new_id: Callable[[], str]) -> Patient:
    return Patient(settings, clock, new_id)


async def test_a_new_installation_lacks_readers_alone_and_stays_untouched(
    patient: Patient, tmp_path: Path
) -> None:
    findings = await patient.findings()
    assert {name for name, finding in findings.items() if not finding.fine} == {"reports"}
    assert "none yet" in findings["database"].says
    assert list(tmp_path.iterdir()) == []


async def test_what_waits_is_counted(patient: Patient) -> None:
    store = await patient.store()
    await store.accept(says("hello"))
    await store.close()
    assert "1 messages waiting" in (await patient.findings())["database"].says


async def test_what_could_not_be_answered_is_wrong(patient: Patient) -> None:
    store = await patient.store()
    await store.accept(says("sentinel"))
    await store.give_up(await claimed(store), "ValueError", [SORRY])
    await store.close()
    said = await patient.only_wrong("database")
    assert "1 messages could not be answered" in said and "stuck list" in said
    assert "sentinel" not in said


async def test_what_could_not_be_read_is_wrong(patient: Patient) -> None:
    store = await patient.store()
    await store.doorstep.keep("telegram", [("7", b"sentinel")])
    (came,) = await store.doorstep.waiting(9)
    await store.doorstep.set_aside(came, "KeyError")
    await store.close()
    said = await patient.only_wrong("database")
    assert "1 updates from Telegram could not be read" in said
    assert "sentinel" not in said


async def test_each_school_without_a_reader_is_wrong(patient: Patient) -> None:
    patient.settings = replace(patient.settings, smtp_url=MAIL, mail_from="a@b.example")
    schools = Library.load(patient.settings.content_dir).schools()
    assert len(schools) > 1
    nobody = "nobody to receive reports at {}, and"
    assert nobody.format(", ".join(schools)) in await patient.only_wrong("reports")
    store = await patient.store()
    for at, school in enumerate(schools):
        said = await patient.only_wrong("reports")
        assert nobody.format(", ".join(schools[at:])) in said
        assert "people add" in said
        await takes_records(store, school)
    assert await patient.wrong() == {}
    assert f"taken at {', '.join(schools)}" in (await patient.findings())["reports"].says
    await store.close()


async def test_a_reader_whom_nothing_reaches_is_wrong(patient: Patient) -> None:
    store = await patient.store()
    for school in Library.load(patient.settings.content_dir).schools():
        await takes_records(store, school)
    assert "reader 1 at blean" in await patient.only_wrong("reports")
    patient.settings = replace(patient.settings, smtp_url=MAIL, mail_from="a@b.example")
    assert (await patient.findings())["reports"].fine
    ian = await add(store, "Ian Rowden", "head", school="welbeck", ways={})
    said = await patient.only_wrong("reports")
    assert f"reader {ian} at welbeck" in said
    assert "Rowden" not in said
    patient.settings = replace(patient.settings, telegram_token="4455:hush")
    await add(store, "Kara Satterley", "slt", school="welbeck", ways={"telegram": "5"})
    assert f"reader {ian} at welbeck that" in await patient.only_wrong("reports")
    await store.close()


async def test_an_alert_that_was_given_up_is_wrong(patient: Patient) -> None:
    patient.settings = replace(patient.settings, smtp_url=MAIL, mail_from="a@b.example")
    store = await patient.store()
    school = await School.opened(store)
    await school.add("Lucy Coull", "dsl")
    await school.hand_in(record())
    (mail,) = await store.claim_outgoing("courier", LEASE, "email", 1)
    await store.dead(mail, "Unreachable")
    await store.close()
    assert set(await patient.wrong()) == {"database", "reports"}
    assert "1 alerts" in (await patient.findings())["reports"].says


async def test_a_missing_model(patient: Patient, tmp_path: Path) -> None:
    patient.settings = replace(patient.settings, model_dir=tmp_path / "nowhere")
    assert "make train" in await patient.only_wrong("model")


async def test_a_missing_key(patient: Patient) -> None:
    await (await patient.store()).close()
    patient.settings.key_file.unlink()
    assert "put the key file back" in await patient.only_wrong("database")
    assert not patient.settings.key_file.exists()


async def test_a_database_that_is_none(patient: Patient, tmp_path: Path) -> None:
    (tmp_path / "signpost.db").write_bytes(b"a letter, and no database" * 99)
    assert "isn't a database" in await patient.only_wrong("database")


async def test_a_database_behind_a_longer_address_is_found(
    patient: Patient, tmp_path: Path
) -> None:
    await (await patient.store()).close()
    file = f"sqlite:///file:{tmp_path / 'signpost.db'}?mode=ro&uri=true"
    patient.settings = replace(patient.settings, database_url=file)
    assert "can be read but not written" in await patient.only_wrong("database")


async def test_a_key_that_others_can_read(patient: Patient) -> None:
    await (await patient.store()).close()
    assert (await patient.findings())["key"].fine
    patient.settings.key_file.chmod(0o640)
    assert "chmod 600" in await patient.only_wrong("key")


async def test_an_audit_that_was_tampered_with(patient: Patient) -> None:
    store = await patient.store()
    await add(store, "Lucy Coull", "dsl", school="welbeck", ways={})
    assert "all 1 rows" in (await patient.findings())["audit"].says
    forged = update(audit).values(actor="nobody")
    await store._database.write(lambda at: at.execute(forged))
    await store.close()
    patient.settings = replace(patient.settings, smtp_url=MAIL, mail_from="a@b.example")
    found = (await patient.findings())["audit"]
    assert not found.fine
    assert "docs/incidents.md" in found.says


async def test_reports_without_a_backup_are_wrong_after_a_week(
    patient: Patient, tmp_path: Path
) -> None:
    store = await patient.store()
    school = await School.opened(store)
    await school.add("Lucy Coull", "dsl")
    await school.hand_in(record())
    await store.close()
    assert "none was made yet" in (await patient.findings())["backup"].says
    patient.clock.advance(timedelta(days=8))
    assert "docs/backup.md" in (await patient.findings())["backup"].says

    target, key = tmp_path / "a.backup", tmp_path / "backup.key"
    await back_up(patient.settings, target, key, patient.clock())
    assert (await patient.findings())["backup"].fine
    patient.clock.advance(timedelta(days=8))
    assert not (await patient.findings())["backup"].fine


@pytest.mark.parametrize(
    ("host", "public_url", "fine", "says"),
    [
        ("127.0.0.1", None, True, "only this machine"),
        ("0.0.0.0", None, False, "without encryption"),
        ("0.0.0.0", "https://signpost.school.example", True, "https://signpost"),
        ("127.0.0.1", "http://signpost.school.example", False, "doesn't encrypt"),
        ("127.0.0.1", "http://localhost:8080", True, "http://localhost:8080"),
    ],
)
async def test_pages_that_others_can_listen_to(
    host: str, public_url: str | None, fine: bool, says: str, patient: Patient
) -> None:
    patient.settings = replace(patient.settings, host=host, public_url=public_url)
    found = (await patient.findings())["address"]
    assert (found.fine, says in found.says) == (fine, True), found


async def test_no_policies(patient: Patient, tmp_path: Path) -> None:
    patient.settings = replace(patient.settings, content_dir=tmp_path)
    assert "topics.yml" in await patient.only_wrong("policies")


async def test_a_clock_that_is_behind(patient: Patient) -> None:
    patient.clock.advance(timedelta(days=-2))
    assert "Set the machine's clock" in await patient.only_wrong("clock")


async def test_a_full_disk(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    # Nobody can fill the disk of whoever runs the tests, so only the bar is raised.
    monkeypatch.setattr("bot.doctor.LEAST_DISK", sys.maxsize)
    assert "make room" in await patient.only_wrong("disk")
    assert LEAST_DISK >= 100 * 2**20


async def test_several_things_are_named_at_once(patient: Patient, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    patient.settings = replace(
        patient.settings,
        model_dir=nowhere,
        content_dir=nowhere,
        database_url="sqlite:///:memory:",
    )
    assert list(await patient.wrong()) == ["model", "policies", "database", "disk"]
