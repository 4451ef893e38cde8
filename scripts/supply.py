"""What Signpost is made of: the licences of its packages, and an audit of them that can't mislead.

    .venv/bin/python scripts/supply.py licences          writes docs/licences.md
    make audit                                           asks for known weaknesses

`pip-audit` calls a package that it couldn't ask about "skipped", and ends well all the same. Here
that is a failure: an audit that asked nobody must not look like one that found nothing. A finding
that docs/supply-chain.md accepts, by its number and with a reason, is shown and counts as known.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import tomli

ROOT = Path(__file__).resolve().parents[1]
LICENCES = ROOT / "docs" / "licences.md"
CHAIN = ROOT / "docs" / "supply-chain.md"
ACCEPTED = re.compile(
    r"^\| `(?P<id>[A-Z]+-[\w-]+)` \| `(?P<package>[\w.-]+)` \| (?P<why>.+) \|$", re.M
)
HEAD = """# Licences

The packages that a running Signpost is made of, as their authors state it. Made by
`.venv/bin/python scripts/supply.py licences` from what is installed; a test holds the two together.

| package | licence |
|---|---|
"""
SAYS_NOTHING = ("UNKNOWN", "Dual License")
CLASSIFIER = "License :: OSI Approved :: "


def locked() -> dict[str, dict[str, Any]]:
    lock = tomli.loads((ROOT / "uv.lock").read_text("utf-8"))
    return {package["name"]: package for package in lock["package"]}


def running(packages: dict[str, dict[str, Any]]) -> list[str]:
    """What is needed to run, and what that needs; nothing that is only for development."""
    found, waiting = set(), ["signpost"]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [one["name"] for one in packages[name].get("dependencies", ())]
    return sorted(found - {"signpost"})


def licence(name: str) -> str:
    about = metadata.metadata(name)
    stated = about.get("License-Expression") or about.get("License") or ""
    if len(stated.splitlines()) == 1 and stated not in SAYS_NOTHING:
        return stated
    classified = [one for one in about.get_all("Classifier", []) if one.startswith(CLASSIFIER)]
    return " OR ".join(one.removeprefix(CLASSIFIER) for one in classified) or "not stated"


def licences() -> str:
    rows = [f"| {name} | {licence(name)} |" for name in running(locked()) if _here(name)]
    return HEAD + "\n".join(rows) + "\n"


def _here(name: str) -> bool:
    """Some are needed on another system than this one only."""
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def accepted() -> dict[str, str]:
    return {row["id"]: row["why"] for row in ACCEPTED.finditer(CHAIN.read_text("utf-8"))}


def judged(report: dict[str, Any]) -> Iterator[tuple[bool, str]]:
    """Each line of an audit's outcome, and whether it may stand."""
    known = accepted()
    for package in report["dependencies"]:
        name = f"{package['name']} {package.get('version', '')}".strip()
        if "skip_reason" in package:
            yield False, f"not asked about: {name}"
        for finding in package.get("vulns", ()):
            names = [finding["id"], *finding.get("aliases", ())]
            why = next((known[one] for one in names if one in known), None)
            says = f"{name}: {', '.join(names)}"
            yield why is not None, f"{says} - accepted: {why}" if why else f"{says} - NEW"


def main(what: str) -> int:
    if what == "licences":
        LICENCES.write_text(licences(), "utf-8")
        return 0
    report = json.load(sys.stdin)
    lines = list(judged(report))
    wrong = [says for fine, says in lines if not fine]
    for says in (*(says for fine, says in lines if fine), *wrong[:20]):
        sys.stdout.write(f"{says}\n")
    asked = sum("skip_reason" not in package for package in report["dependencies"])
    sys.stdout.write(f"{asked} of {len(report['dependencies'])} packages were asked about.\n")
    return 1 if wrong or not asked else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
