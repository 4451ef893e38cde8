"""Keeps what was measured in `.bench/results.json`, part by part, with the machine it was on.

A part that is measured again replaces its older figures; the others stay as they were, each with
the moment of its own measurement.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.bench.figures import Figure


def keep(path: Path, part: str, figures: Sequence[Figure], *, quick: bool, when: datetime) -> None:
    """Write one part's figures; the file is replaced whole, so a crash can't leave half of it."""
    parts = json.loads(path.read_text()) if path.exists() else {}
    parts[part] = {
        "when": when.isoformat(timespec="seconds"),
        "quick": quick,
        "machine": machine(),
        "figures": [_plain(figure) for figure in figures],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(parts, indent=1) + "\n")
    draft.replace(path)


def machine() -> dict[str, Any]:
    """What a figure depends on, as far as the system tells."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "busy": round(os.getloadavg()[0], 2),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.processor())


def _plain(figure: Figure) -> dict[str, Any]:
    samples = [round(sample, 3) for sample in figure.samples]
    return {**asdict(figure), "samples": samples, "verdict": figure.verdict}
