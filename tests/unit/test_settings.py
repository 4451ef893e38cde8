"""Settings are right or refused, by name, and a refusal gives no secret away."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SettingsError
from bot.settings import load_settings, table
from bot.values import MailServer


def refusal(environment: dict[str, str], env_file: Path | None = None) -> str:
    with pytest.raises(SettingsError) as raised:
        load_settings(environment, env_file)
    return str(raised.value)


def test_without_any_setting_the_defaults_hold() -> None:
    settings = load_settings({})
    assert settings.database_url == "sqlite:///data/signpost.db"
    assert settings.key_file == Path("data/signpost.key")
    assert settings.lease > timedelta(0)
    assert settings == load_settings({row.name: row.default for row in table()})


def test_every_setting_can_be_set() -> None:
    given = {
        "SIGNPOST_DATABASE_URL": "postgresql://ann@host/school",
        "SIGNPOST_KEY_FILE": "/keys/one",
        "SIGNPOST_MODEL_DIR": "trained",
        "SIGNPOST_CONTENT_DIR": "packs",
        "SIGNPOST_LOG_LEVEL": " debug ",
        "SIGNPOST_WORKERS": "3",
        "SIGNPOST_LEASE": "90",
        "SIGNPOST_GAPS_KEPT": "30",
        "SIGNPOST_WORDS_KEPT": "20",
        "SIGNPOST_DRAFT_HOURS": "48",
        "SIGNPOST_METRICS_ON": "[::1]:9464",
        "SIGNPOST_PING_URL": "https://watch.example/hush",
        "SIGNPOST_SMTP_URL": "smtp://ann:h%2Fush@mail.school.example",
        "SIGNPOST_MAIL_FROM": "signpost@school.example",
        "SIGNPOST_ADMIN_MAIL": "it@school.example",
        "SIGNPOST_TELEGRAM_NAME": "@WelbeckBot",
        "SIGNPOST_TELEGRAM_TOKEN": "4455:hush-Hush_1",
        "SIGNPOST_TELEGRAM_SECRET": "hush" * 4,
        "SIGNPOST_TELEGRAM_API": "http://localhost:8081",
        "SIGNPOST_HOST": "10.0.0.4",
        "SIGNPOST_PORT": "8080",
        "SIGNPOST_PUBLIC_URL": "https://signpost.school.example",
        "SIGNPOST_EMBED_ON": "https://school.example",
        "SIGNPOST_CHAT_FREE": "no",
        "SIGNPOST_LEAVE_TO": "https://weather.example/today",
    }
    settings = load_settings(given)
    assert settings.database_url == "postgresql://ann@host/school"
    assert settings.key_file == Path("/keys/one")
    assert (settings.model_dir, settings.content_dir) == (Path("trained"), Path("packs"))
    assert (settings.log_level, settings.workers) == ("DEBUG", 3)
    assert settings.lease == timedelta(seconds=90)
    assert settings.gaps_kept == timedelta(days=30)
    assert settings.words_kept == timedelta(days=20)
    assert settings.draft_hours == timedelta(hours=48)
    assert settings.metrics_on == ("::1", 9464)
    assert settings.ping_url == "https://watch.example/hush"
    assert settings.smtp_url == MailServer("mail.school.example", 587, "ann", "h/ush", "starttls")
    assert "ush" not in repr(settings.smtp_url)
    assert settings.mail_from == "signpost@school.example"
    assert settings.admin_mail == "it@school.example"
    assert settings.telegram_name == "WelbeckBot"
    assert settings.telegram_token == "4455:hush-Hush_1"
    assert settings.telegram_secret == "hush" * 4
    assert "hush" not in repr(settings)
    assert settings.telegram_api == "http://localhost:8081"
    assert (settings.host, settings.port) == ("10.0.0.4", 8080)
    assert settings.public_url == "https://signpost.school.example"
    assert settings.embed_on == ("https://school.example",)
    assert settings.chat_free == "no"
    assert settings.leave_to == "https://weather.example/today"
    assert given.keys() == {row.name for row in table()}


def test_an_empty_value_means_the_default() -> None:
    assert load_settings({"SIGNPOST_WORKERS": " "}) == load_settings({})


@pytest.mark.parametrize(
    ("name", "value", "wrong"),
    [
        ("SIGNPOST_DATABASE_URL", "mysql://ann:hush@host/school", "begins with mysql://"),
        ("SIGNPOST_DATABASE_URL", "signpost.db", "no scheme"),
        ("SIGNPOST_LOG_LEVEL", "loud", "one of DEBUG, INFO"),
        ("SIGNPOST_WORKERS", "0", "from 1 to 64"),
        ("SIGNPOST_WORKERS", "many", "from 1 to 64"),
        ("SIGNPOST_WORKERS", "-2", "from 1 to 64"),
        ("SIGNPOST_LEASE", "4", "from 5 to 3600"),
        ("SIGNPOST_LEASE", "3.5", "from 5 to 3600"),
        ("SIGNPOST_SMTP_URL", "imap://ann:hush@host", "look like smtp://"),
        ("SIGNPOST_TELEGRAM_TOKEN", "hush", "as BotFather gave it"),
        ("SIGNPOST_TELEGRAM_SECRET", "hush", "16 to 256"),
        ("SIGNPOST_TELEGRAM_API", "none", "look like https://"),
        ("SIGNPOST_TELEGRAM_API", "http://api.example", "look like https://"),
        ("SIGNPOST_SMTP_URL", "smtp://", "look like smtp://"),
        ("SIGNPOST_SMTP_URL", "smtp://ann:hu/sh@host", "isn't an address"),
        ("SIGNPOST_SMTP_URL", "smtp://host:port", "isn't an address"),
        ("SIGNPOST_SMTP_URL", "smtp://ann:hush@host?starttls=no", "for all to read"),
        ("SIGNPOST_SMTP_URL", "smtp://ann:hush@host?tls=maybe", "only option"),
        ("SIGNPOST_SMTP_URL", "smtps://host?starttls=no", "only option"),
        ("SIGNPOST_SMTP_URL", "smtp://ann:hush@host", "SIGNPOST_MAIL_FROM is missing"),
        ("SIGNPOST_MAIL_FROM", "the office", "an e-mail address"),
        ("SIGNPOST_PORT", "0", "from 1 to 65535"),
        ("SIGNPOST_PORT", "http", "from 1 to 65535"),
        ("SIGNPOST_PUBLIC_URL", "signpost.school.example", "look like https://"),
        ("SIGNPOST_PUBLIC_URL", "https://school.example/bot", "without a path"),
        ("SIGNPOST_PUBLIC_URL", "https://ann:hush@school.example", "look like https://"),
        ("SIGNPOST_PUBLIC_URL", "https://[school", "look like https://"),
        ("SIGNPOST_EMBED_ON", "https://school.example; script-src *", "look like https://"),
        ("SIGNPOST_EMBED_ON", "https://school.example 'self'", "look like https://"),
        ("SIGNPOST_CHAT_FREE", "maybe", "one of here, yes, no"),
        ("SIGNPOST_LEAVE_TO", "http://weather.example", "https:// address"),
        ("SIGNPOST_LEAVE_TO", "https://weather.example; form-action *", "https:// address"),
        ("SIGNPOST_LEAVE_TO", "https://[weather", "https:// address"),
        ("SIGNPOST_MAIL_FROM", "a@b\nBcc: c@d", "an e-mail address"),
        ("SIGNPOST_METRICS_ON", "9464", "look like 127.0.0.1:9464"),
        ("SIGNPOST_METRICS_ON", "127.0.0.1:http", "from 1 to 65535"),
        ("SIGNPOST_PING_URL", "http://watch.example/hush", "https:// address"),
        ("SIGNPOST_PING_URL", "https://[hush", "https:// address"),
    ],
)
def test_a_wrong_value_is_refused_by_name(name: str, value: str, wrong: str) -> None:
    said = refusal({name: value})
    assert name in said
    assert wrong in said
    assert "hush" not in said


@given(st.text())
def test_any_number_of_workers_is_usable_or_refused(value: str) -> None:
    try:
        assert 1 <= load_settings({"SIGNPOST_WORKERS": value}).workers <= 64
    except SettingsError as error:
        assert "SIGNPOST_WORKERS" in str(error)


def test_a_misspelt_setting_is_refused() -> None:
    said = refusal({"SIGNPOST_WORKER": "3"})
    assert said.startswith("SIGNPOST_WORKER is not a setting")
    assert "SIGNPOST_WORKERS" in said


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtps://host", MailServer("host", 465, None, None, "implicit")),
        ("smtp://host:25?starttls=no", MailServer("host", 25, None, None, "none")),
        ("smtp://host?starttls", MailServer("host", 587, None, None, "starttls")),
        ("smtp://a:b@localhost?starttls=no", MailServer("localhost", 587, "a", "b", "none")),
    ],
)
def test_a_mail_server_is_encrypted_unless_it_says_so(url: str, server: MailServer) -> None:
    given = {"SIGNPOST_SMTP_URL": url, "SIGNPOST_MAIL_FROM": "a@b.example"}
    assert load_settings(given).smtp_url == server


@pytest.mark.parametrize(
    "address", ["", "http://signpost.school.example", "https://signpost.school.example:9443"]
)
def test_messages_are_brought_only_where_telegram_brings_them(address: str) -> None:
    given = {"SIGNPOST_TELEGRAM_SECRET": "hush" * 4, "SIGNPOST_PUBLIC_URL": address}
    said = refusal(given)
    assert "SIGNPOST_PUBLIC_URL must be an https:// address" in said and "8443" in said
    assert "hush" not in said


def test_other_programs_variables_are_left_alone() -> None:
    assert load_settings({"PATH": "/bin", "WORKERS": "many"}) == load_settings({})


class TestEnvFile:
    @pytest.fixture
    def env_file(self, tmp_path: Path) -> Path:
        return tmp_path / ".env"

    def test_it_is_read_and_the_environment_wins(self, env_file: Path) -> None:
        env_file.write_text(
            "# ours\nexport SIGNPOST_WORKERS=3\n\nSIGNPOST_LEASE='40'\nOTHER=1\n"
            "SIGNPOST_MODEL_DIR=\n"
        )
        settings = load_settings({"SIGNPOST_LEASE": "50"}, env_file)
        assert settings.workers == 3
        assert settings.lease == timedelta(seconds=50)
        assert settings.model_dir == Path("models")

    def test_none_is_fine(self, env_file: Path) -> None:
        assert load_settings({}, env_file) == load_settings({})

    def test_an_editors_mark_at_its_beginning_is_no_part_of_a_name(self, env_file: Path) -> None:
        env_file.write_text("SIGNPOST_WORKERS=3\n", encoding="utf-8-sig")
        assert load_settings({}, env_file).workers == 3

    def test_a_wrong_value_in_it_is_refused(self, env_file: Path) -> None:
        env_file.write_text("SIGNPOST_WORKERS=none\n")
        assert "SIGNPOST_WORKERS" in refusal({}, env_file)

    def test_a_misspelt_name_in_it_is_refused(self, env_file: Path) -> None:
        env_file.write_text("SIGNPOST_WORKRES=3\n")
        assert "SIGNPOST_WORKRES is not a setting" in refusal({}, env_file)

    @pytest.mark.parametrize("line", ["SIGNPOST_WORKERS", "SIGNPOST_WORKERS: 3", "= hush", "'hush"])
    def test_a_line_that_is_none_is_named_by_its_number(self, line: str, env_file: Path) -> None:
        env_file.write_text(f"SIGNPOST_LEASE=50\n{line}\n")
        said = refusal({}, env_file)
        assert f"{env_file}, line 2" in said
        assert "hush" not in said

    def test_one_that_is_no_utf_8_is_refused(self, env_file: Path) -> None:
        env_file.write_bytes(b"SIGNPOST_MODEL_DIR=mod\xe8les\n")
        assert f"The file {env_file} can't be read" in refusal({}, env_file)

    def test_a_folder_in_its_place_is_refused(self, env_file: Path) -> None:
        # What a container makes of a file that it should mount and doesn't find.
        env_file.mkdir()
        assert f"The file {env_file} can't be read" in refusal({}, env_file)


@pytest.mark.parametrize(
    ("value", "origin"),
    [
        ("none", None),
        ("https://school.example/", "https://school.example"),
        ("https://School.Example:443", "https://school.example"),
        ("http://10.0.0.4:8000", "http://10.0.0.4:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_the_public_address_is_read_as_browsers_name_it(value: str, origin: str | None) -> None:
    assert load_settings({"SIGNPOST_PUBLIC_URL": value}).public_url == origin


def test_several_sites_may_show_the_chat() -> None:
    sites = "https://school.example  https://www.school.example/"
    assert load_settings({"SIGNPOST_EMBED_ON": sites}).embed_on == (
        "https://school.example",
        "https://www.school.example",
    )
