"""Alerts by e-mail, through a real SMTP server: what arrives, and what each trouble means."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Literal

import pytest

from bot.app import App
from bot.cases.alerts import alert, conversation
from bot.cases.dead_ends import ADMINISTRATOR, nobody
from bot.channels.email import EmailSender
from bot.delivery import FIRST_WAIT, Courier
from bot.errors import SendFailed, Unreachable
from bot.messages import Button, Reply
from bot.settings import Settings
from bot.store import Store
from bot.values import MailServer
from tests.cases.people import record
from tests.channels.postbox import ACCOUNT, HOST, Postbox, certificate, check, listening
from tests.conftest import Clock
from tests.store.readers import School

ADDRESS = "lucy@oakfield.example"
FROM = "signpost@oakfield.example"
SAID = Reply(alert(record("urgent"), "St Mary’s", copied=False))
KEY = "SP-7KQ4-XM2D-1-email"


def sender(
    port: int,
    *,
    tls: Literal["none", "starttls", "implicit"] = "none",
    trust: ssl.SSLContext | None = None,
    account: tuple[str, str] | None = None,
    known: str | None = ADDRESS,
    site: str | None = None,
) -> EmailSender:
    async def address(reader: int) -> str | None:
        return known if reader == 1 else None

    user, password = account or (None, None)
    return EmailSender(
        address,
        FROM,
        host=HOST,
        port=port,
        user=user,
        password=password,
        tls=tls,
        now=Clock(),
        trust=trust,
        site=site,
        administrator=f"it.{ADDRESS}",
    )


async def send(one: EmailSender) -> None:
    await one.send(conversation(1, "email"), SAID, KEY)


async def trouble(one: EmailSender) -> SendFailed:
    with pytest.raises(SendFailed) as raised:
        await send(one)
    for secret in (ADDRESS, *ACCOUNT, "SP-7KQ4"):
        assert secret not in str(raised.value)
    return raised.value


@pytest.fixture
def box() -> Postbox:
    return Postbox()


async def test_the_administrator_is_told_at_their_own_address(box: Postbox) -> None:
    async with listening(box) as port:
        await sender(port).send(ADMINISTRATOR, Reply(nobody("SP-7KQ4-XM2D", "oakfield")), KEY)
    (mail,), (envelope,) = box.mails, box.envelopes
    assert envelope.rcpt_tos == [f"it.{ADDRESS}"]
    assert mail["Subject"] == "Signpost: nobody has looked at SP-7KQ4-XM2D at oakfield"


async def test_an_alert_arrives_as_it_was_written(box: Postbox) -> None:
    async with listening(box) as port:
        await send(sender(port))

    (mail,), (envelope,) = box.mails, box.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == (FROM, [ADDRESS])
    assert (mail["From"], mail["To"]) == (FROM, ADDRESS)
    assert mail["Subject"] == SAID.text.splitlines()[0]
    assert mail.get_content().splitlines() == SAID.text.splitlines()
    assert mail["Message-ID"] == "<sp-7kq4-xm2d-1-email@oakfield.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == Clock().moment


@pytest.mark.parametrize(
    ("site", "link"),
    [
        (None, None),
        ("https://signpost.school.example/", "https://signpost.school.example/seen/abc_-1"),
    ],
)
async def test_an_alert_has_a_link_that_says_seen_where_there_are_pages(
    box: Postbox, site: str | None, link: str | None
) -> None:
    said = Reply(SAID.text, (Button("Seen", "seen:abc_-1"),))
    async with listening(box) as port:
        await sender(port, site=site).send(conversation(1, "email"), said, KEY)
    lines = box.mails[0].get_content().splitlines()
    assert [line.rpartition(" ")[2] for line in lines if "/seen/" in line] == [link][: bool(link)]
    assert ("abc_-1" in "".join(lines)) == bool(link)


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
async def test_it_is_encrypted_and_the_password_with_it(
    box: Postbox, tls: Literal["starttls", "implicit"], tmp_path: Path
) -> None:
    shows, trusts = certificate(tmp_path)
    options = {"authenticator": check, "auth_required": True}
    async with listening(box, tls=tls, context=shows, **options) as port:
        await send(sender(port, tls=tls, trust=trusts, account=ACCOUNT))
        failed = await trouble(sender(port, tls=tls, trust=trusts, account=("ann", "wrong")))
        assert "SMTPAuthenticationError with 535" in str(failed)
        assert not failed.uncertain
        # A server that can't show who it is gets neither password nor message.
        assert not (await trouble(sender(port, tls=tls, account=ACCOUNT))).uncertain
        # Without its password the account is in trouble, and the address is not.
        await trouble(sender(port, tls=tls, trust=trusts))
    assert box.encrypted == [True]


async def test_nothing_is_sent_in_clear_when_it_should_be_encrypted(box: Postbox) -> None:
    async with listening(box) as port:
        assert not (await trouble(sender(port, tls="starttls"))).uncertain
        assert not (await trouble(sender(port, tls="implicit"))).uncertain
    assert box.mails == []


async def test_an_address_that_is_refused_for_good_is_given_up(box: Postbox) -> None:
    box.refuses[ADDRESS] = f"550 5.1.1 no such user {ADDRESS}"
    async with listening(box) as port:
        with pytest.raises(Unreachable) as raised:
            await send(sender(port))
    assert ADDRESS not in str(raised.value)


@pytest.mark.parametrize("answer", ["450 busy", "452 full", "552 full", "530 log in first"])
async def test_an_address_that_is_refused_for_now_is_tried_again(box: Postbox, answer: str) -> None:
    box.refuses[ADDRESS] = answer
    async with listening(box) as port:
        assert not (await trouble(sender(port))).uncertain


@pytest.mark.parametrize("answer", ["451 later", "554 it looks like spam"])
async def test_a_message_that_is_refused_has_not_arrived(box: Postbox, answer: str) -> None:
    box.answers = answer
    async with listening(box) as port:
        failed = await trouble(sender(port))
    assert not failed.uncertain
    assert answer[:3] in str(failed)


async def test_an_answer_that_is_lost_leaves_it_uncertain(box: Postbox) -> None:
    box.hangs_up = True
    async with listening(box) as port:
        assert (await trouble(sender(port))).uncertain
    assert len(box.mails) == 1


async def test_a_server_that_is_not_there(unused_port: int) -> None:
    assert not (await trouble(sender(unused_port))).uncertain


@pytest.fixture
async def unused_port(box: Postbox) -> int:
    async with listening(box) as port:
        return port


async def test_a_server_that_never_speaks_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Nobody waits ten seconds in a test.
    monkeypatch.setattr("bot.channels.email.PATIENCE", 0.05)
    over = asyncio.Event()

    async def silent(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await over.wait()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with server:
        failed = await trouble(sender(server.sockets[0].getsockname()[1]))
        over.set()
    assert not failed.uncertain


async def test_a_reader_without_an_address_is_unreachable(box: Postbox) -> None:
    async with listening(box) as port:
        with pytest.raises(Unreachable):
            await send(sender(port, known=None))
        with pytest.raises(Unreachable):
            await sender(port).send("web:ann", SAID, KEY)
    assert box.mails == []


async def test_a_bot_with_a_mail_server_sends_what_waits(
    box: Postbox, settings: Settings, clock: Clock, new_id: Callable[[], str]
) -> None:
    store = await Store.open(settings.database_url, settings.key_file, now=clock, new_id=new_id)
    school = await School.opened(store)
    await school.add("Lucy Coull", "dsl")
    await school.hand_in(record())
    await store.close()

    async with listening(box) as port:
        server = MailServer(HOST, port, None, None, "none")
        mailing = replace(settings, smtp_url=server, mail_from=FROM)
        app = await App.open(mailing, {}, now=clock, new_id=new_id)
        await app.work_off(lambda: None)
        await app.close()
    assert [envelope.rcpt_tos for envelope in box.envelopes] == [["coull@oakfield.example"]]


async def test_from_record_to_letterbox_a_lost_answer_sends_the_same_again(
    box: Postbox, tmp_path: Path, key_path: Path, clock: Clock, new_id: Callable[[], str]
) -> None:
    url = f"sqlite:///{tmp_path / 'signpost.db'}"
    store = await Store.open(url, key_path, now=clock, new_id=new_id)
    school = await School.opened(store)
    lead = await school.add("Lucy Coull", "dsl")
    gone = await school.add("Ian Rowden", "head")
    box.refuses["rowden@oakfield.example"] = "550 5.1.1 unknown"
    await school.hand_in(record("urgent", "pupil", words="sentinel-phrase"))

    async def address(reader: int) -> str | None:
        return await store.address(reader, "email")

    async with listening(box) as port:
        way = EmailSender(
            address, FROM, host=HOST, port=port, user=None, password=None, tls="none", now=clock
        )
        courier = Courier(store, "email", way, owner="us", now=clock, random=Random(1))
        box.hangs_up = True
        assert await courier.round() == 2
        box.hangs_up = False
        clock.advance(FIRST_WAIT)
        assert await courier.round() == 1
        clock.advance(timedelta(days=1))
        assert await courier.round() == 0

    assert [envelope.rcpt_tos for envelope in box.envelopes] == [["coull@oakfield.example"]] * 2
    assert len({mail["Message-ID"] for mail in box.mails}) == 1
    assert all(b"sentinel-phrase" not in bytes(mail) for mail in box.mails)
    assert await store.dead_alerts() == 1
    assert {lead, gone} == {reader.id for reader in await store.readers("oakfield")}
    await store.close()
