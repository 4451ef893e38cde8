"""What stands in two places, because people read one and programs the other, says the same."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.dialogue.actions import all_actions
from bot.dialogue.flows import TITLES
from bot.dialogue.training import DOMAIN, EXAMPLES
from bot.language.encoder import shared_encoder
from bot.language.search import Search
from bot.policy.library import Library
from bot.policy.shared import read_topics
from bot.settings import SettingRow, table
from tests.ends import no_ends
from tests.rules.sources import ROOT

pytestmark = pytest.mark.rules

SECTIONS = ("intents", "entities", "slots", "forms", "actions", "responses")
A_SETTING = re.compile(r"^\| `(?P<name>SIGNPOST_\w+)` \| `(?P<default>[^`]*)` \| (?P<means>.+) \|$")


def domain_files() -> dict[str, dict[str, Any]]:
    return {
        path.name: yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in sorted(DOMAIN.glob("*.yml"))
    }


def keys(section: Any) -> Iterator[str]:
    """A section is a list of names, of mappings with one name each, or one mapping."""
    for entry in section or ():
        yield next(iter(entry)) if isinstance(entry, dict) else entry


@pytest.mark.parametrize("section", SECTIONS)
def test_no_two_domain_files_share_a_key(section: str) -> None:
    times: Counter[str] = Counter()
    for domain in domain_files().values():
        times.update(keys(domain.get(section)))
    assert times, f"no domain file has {section}"
    assert [key for key, count in times.items() if count > 1] == []


def test_no_domain_file_says_the_same_key_twice() -> None:
    # YAML lets the last one win; only the file's own text shows that there were two.
    for path in DOMAIN.glob("*.yml"):
        found = Counter(re.findall(r"^  (utter_[\w-]+):", path.read_text("utf-8"), re.MULTILINE))
        assert [key for key, count in found.items() if count > 1] == [], path.name


def test_every_setting_is_documented() -> None:
    document = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    documented = [
        SettingRow(found["name"], found["default"], found["means"])
        for line in document.splitlines()
        if (found := A_SETTING.match(line))
    ]
    assert documented == table()


def test_the_domain_names_every_action_and_no_other(content_dir: Path) -> None:
    from rasa.shared.core.domain import Domain

    library = Library.load(content_dir)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # said of every domain with slots
        domain = Domain.load(str(DOMAIN))
    actions = all_actions(
        domain,
        lambda: library,
        lambda: date(2026, 3, 2),
        Search(shared_encoder()).nearest,
        no_ends(),
    )
    registered = Counter(action.name() for action in actions)
    named = Counter(name for part in domain_files().values() for name in keys(part.get("actions")))
    assert registered == named


def test_every_form_can_be_offered_by_name() -> None:
    forms = {name for part in domain_files().values() for name in keys(part.get("forms"))}
    assert forms <= set(TITLES)


def test_examples_are_of_topics_that_exist(content_dir: Path) -> None:
    asked = {
        entry["intent"].removeprefix("ask/")
        for path in EXAMPLES.rglob("*.yml")
        for entry in yaml.safe_load(path.read_text(encoding="utf-8")).get("nlu", ())
        if entry["intent"].startswith("ask/")
    }
    assert asked
    assert asked - set(read_topics(content_dir).by_slug) == set()
