"""What the page on the supply chain says is so: of the lock, the licences, and what is imported."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import tomli

from tests.verbs.calling import ROOT, Bot

CHAIN = (ROOT / "docs" / "supply-chain.md").read_text("utf-8")
TOOL = [sys.executable, str(ROOT / "scripts" / "supply.py")]


def test_every_package_is_pinned_with_the_hash_of_each_file() -> None:
    lock = tomli.loads((ROOT / "uv.lock").read_text("utf-8"))
    for package in lock["package"]:
        if package["name"] == "signpost":
            continue
        assert package["source"] == {"registry": "https://pypi.org/simple"}, package["name"]
        files = [*package.get("wheels", ()), *filter(None, [package.get("sdist")])]
        assert files, package["name"]
        assert all(file["hash"].startswith("sha256:") for file in files), package["name"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems need other packages")
def test_the_licences_are_those_of_what_is_locked() -> None:
    stated = (ROOT / "docs" / "licences.md").read_text("utf-8")
    program = "import sys; sys.path.insert(0, 'scripts'); import supply; print(supply.licences())"
    made = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert made.stdout.rstrip() == stated.rstrip()
    assert "not stated" not in stated


def judged(report: dict[str, Any]) -> tuple[int, str]:
    ended = subprocess.run(
        [*TOOL, "audit"], input=json.dumps(report), capture_output=True, text=True, check=False
    )
    return ended.returncode, ended.stdout


def test_an_audit_that_asked_nobody_is_no_audit() -> None:
    fine = {"name": "jinja2", "version": "3.1.6", "vulns": []}
    skipped = {"name": "aiohttp", "skip_reason": "not found"}
    assert judged({"dependencies": [fine]})[0] == 0
    status, said = judged({"dependencies": [fine, skipped]})
    assert status == 1 and "not asked about: aiohttp" in said
    assert judged({"dependencies": []})[0] == 1


def test_a_finding_that_nobody_accepted_fails_the_audit() -> None:
    finding = {"id": "PYSEC-0000-1", "aliases": ["CVE-0000-1"]}
    package = {"name": "aiohttp", "version": "3.9.5", "vulns": [finding]}
    status, said = judged({"dependencies": [package]})
    assert status == 1 and "PYSEC-0000-1, CVE-0000-1 - NEW" in said


def never_imported() -> list[str]:
    after = CHAIN.split("never imported by a running bot**", 1)[1].split("**Imported", 1)[0]
    return re.findall(r"^\| `([\w-]+)` \|", after, re.M)


def modules_of(package: str) -> set[str]:
    """The dotted names of a package's code; `google` itself belongs to several."""
    names = set()
    for file in metadata.files(package) or ():
        inside = file.parts[0] if file.parts[0] != "google" else "/".join(file.parts[:2])
        if file.suffix in (".py", ".so") and not inside.startswith("..") and "-info" not in inside:
            names.add(inside.partition(".")[0].replace("/", "."))
    return names


def test_what_is_said_to_be_never_imported_is_not(bot: Bot, tmp_path: Path) -> None:
    where = (
        str(tmp_path),
        bot.settings["SIGNPOST_MODEL_DIR"],
        bot.settings["SIGNPOST_CONTENT_DIR"],
    )
    ended = bot.call(*where, program="tests.verbs.imports")
    assert ended.status == 0, ended.err
    imported = set(json.loads(ended.out.splitlines()[-1]))
    assert "rasa" in imported and "telegram" in imported and "prometheus_client" in imported
    packages = never_imported()
    assert len(packages) > 10
    found = {
        package: [name for name in modules_of(package) if name in imported] for package in packages
    }
    assert {package: names for package, names in found.items() if names} == {}
    assert all(modules_of(package) for package in packages)
    assert not any(name == "aiohttp.web" for name in imported)
