"""A bot to start, with the project's model and content and everything else of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.verbs.calling import ROOT, Bot


@pytest.fixture
def bot(tmp_path: Path, content_dir: Path) -> Bot:
    return Bot(
        tmp_path,
        {
            "SIGNPOST_CONTENT_DIR": str(content_dir),
            "SIGNPOST_MODEL_DIR": str(ROOT / "models"),
        },
    )
