"""What stands in `deploy/` fits the program: its commands, its settings, and the files it takes.

There is no container engine where the tests run; the unit file is checked by systemd itself where
that is installed.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from dotenv import dotenv_values

from bot.__main__ import app
from bot.settings import load_settings, table
from tests.rules.sources import ROOT

pytestmark = pytest.mark.rules

DEPLOY = ROOT / "deploy"
UNIT, DOCKERFILE, COMPOSE = (
    DEPLOY / "signpost.service",
    DEPLOY / "Dockerfile",
    DEPLOY / "compose.yml",
)
SETTING = re.compile(r"\bSIGNPOST_[A-Z_]+")


def known() -> set[str]:
    return {row.name for row in table()}


@pytest.mark.parametrize("path", sorted(DEPLOY.iterdir()), ids=lambda path: path.name)
def test_every_setting_that_is_named_exists(path: Path) -> None:
    assert set(SETTING.findall(path.read_text("utf-8"))) <= known()


@pytest.mark.parametrize("path", [UNIT, DOCKERFILE], ids=lambda path: path.name)
def test_every_verb_that_is_called_exists(path: Path) -> None:
    verbs = {command.callback.__name__ for command in app.registered_commands if command.callback}
    called = set(re.findall(r"-m bot (\w+)|\"-m\", \"bot\", \"(\w+)\"", path.read_text("utf-8")))
    assert {one or other for one, other in called} <= verbs
    assert called


def test_the_unit_and_each_command_find_the_same_settings() -> None:
    """In the file that both read; what only the unit knew, a command would do somewhere else."""
    unit = UNIT.read_text("utf-8")
    assert "install -o root -g signpost -m 640 deploy/plain.env .env" in unit
    assert not SETTING.search(unit)
    settings = load_settings({}, DEPLOY / "plain.env")
    kept = re.findall(r"^StateDirectory=(\w+)$", unit, re.M)
    assert kept == ["signpost"]
    assert settings.key_file.parent == Path("/var/lib") / kept[0]
    assert settings.database_url == f"sqlite:////var/lib/{kept[0]}/signpost.db"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd isn't installed here")
def test_systemd_takes_the_unit_and_finds_it_tight() -> None:
    verified = subprocess.run(
        ["systemd-analyze", "verify", UNIT], capture_output=True, text=True, check=False
    )
    complaints = [line for line in verified.stderr.splitlines() if "not executable" not in line]
    assert complaints == []
    rated = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", UNIT],
        capture_output=True,
        text=True,
        check=False,
    )
    assert rated.returncode == 0, rated.stdout.splitlines()[-1]


def test_a_call_that_the_unit_forbids_fails_and_ends_nothing() -> None:
    """NumPy's OpenBLAS asks for memory by a call of `@resources`, and would be killed for it."""
    unit = UNIT.read_text("utf-8")
    assert "@resources" in unit
    assert re.search(r"^SystemCallErrorNumber=EPERM$", unit, re.M)


def test_what_is_copied_into_the_container_is_there_and_let_through() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE.read_text("utf-8"), re.M)
    names = {name for line in copied for name in line.split()}
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert names == {line[1:] for line in ignored if line.startswith("!")}
    assert all((ROOT / name).exists() for name in names)


def test_the_container_runs_as_nobody_special() -> None:
    assert re.search(r"^USER 10001$", DOCKERFILE.read_text("utf-8"), re.M)


def test_compose_asks_for_what_the_example_explains() -> None:
    compose = COMPOSE.read_text("utf-8")
    asked = set(re.findall(r"\$\{([A-Z_]+)", compose))
    assert set(dotenv_values(DEPLOY / ".env.example")) - known() == asked
    assert "{$DOMAIN}" in (DEPLOY / "Caddyfile").read_text("utf-8")
    services = yaml.safe_load(compose)["services"]
    assert set(services) == {"bot", "database", "web"}
    assert (services["bot"]["build"]["dockerfile"], services["bot"]["read_only"]) == (
        "deploy/Dockerfile",
        True,
    )
    assert "ports" not in services["bot"] and "ports" not in services["database"]
    # Caddy stands on another address than the bot, and is believed only since nobody else gets in.
    assert services["bot"]["environment"]["FORWARDED_ALLOW_IPS"] == "*"


def test_every_setting_in_the_containers_file_reaches_the_bot() -> None:
    """Also one that the example doesn't name; and nothing in it stops the start."""
    bot = yaml.safe_load(COMPOSE.read_text("utf-8"))["services"]["bot"]
    assert bot["env_file"] == ".env"
    given = {**dotenv_values(DEPLOY / ".env.example"), "SIGNPOST_PORT": "80"}
    given["SIGNPOST_LEAVE_TO"] = "https://a.example/b"
    filled = {name: value or "drawn" for name, value in given.items()}
    own = {
        name: re.sub(r"\$\{(\w+)[^}]*\}", lambda asked: filled[asked[1]], value)
        for name, value in bot["environment"].items()
    }
    settings = load_settings({**filled, **own})
    assert settings.leave_to == "https://a.example/b"
    assert f"127.0.0.1:{settings.port}/" in DOCKERFILE.read_text("utf-8")
    assert f"bot:{settings.port} " in (DEPLOY / "Caddyfile").read_text("utf-8")
    assert settings.public_url == "https://signpost.school.example"
    assert settings.database_url == "postgresql://signpost:drawn@database/signpost"
