"""Rasa's own data validation, with every warning counted as an error.

A few intents have no examples on purpose: the classifier decides them, or a button carries them.
And a form's questions stand in no rule, since the form asks them. Rasa can't know that, so its
warnings about exactly those are expected, and missed if they stop.
"""

from __future__ import annotations

import contextlib
import io
import logging
import warnings
from collections import Counter
from collections.abc import Iterator

from rasa.shared.core.domain import Domain

from bot.dialogue.training import CONFIG, DOMAIN, EXAMPLES, EXPECTED, ROOT, RULES, check_config

WITHOUT_EXAMPLES = {
    "clarify",
    "unknown",
    "choose",
    "browse",
    "empty",
    "too-long",
    "not-what-i-asked",
    "carry-on",
    "steer",
    "save",
    "take-up",
    "files",
    "my-reports",
    "addition",
}


def validate() -> list[str]:
    """What is wrong with examples, rules and domain; nothing if all is well."""
    check_config(CONFIG)
    from rasa.shared.importers.importer import TrainingDataImporter
    from rasa.validator import Validator

    with _warnings() as said:
        importer = TrainingDataImporter.load_from_config(
            str(CONFIG), str(DOMAIN), [str(EXAMPLES), str(RULES)]
        )
        validator = Validator.from_importer(importer)
        sound = [
            validator.verify_domain_validity(),
            validator.verify_nlu(ignore_warnings=False),
            validator.verify_form_slots(),
            validator.verify_forms_in_stories_rules(),
            validator.verify_actions_in_stories_rules(),
            validator.verify_slot_mappings(),
            validator.verify_story_structure(ignore_warnings=False),
            validator.warn_if_config_mandatory_keys_are_not_set() is None,
        ]
    expected = {f"'{name}'" for name in WITHOUT_EXAMPLES | _questions(validator.domain)}
    findings = [text for text in said if not any(name in text for name in expected)]
    for name in sorted(expected):
        if not any(name in text for text in said):
            findings.append(f"{name} was expected to be warned of; see bot/dialogue/validation.py.")
    if not all(sound) and not said:
        findings.append("Rasa's validator found a fault and did not say which.")
    return findings + list(_keys_twice())


def _questions(domain: Domain) -> set[str]:
    """The responses with which the forms ask for their slots."""
    return {
        name
        for form in domain.form_names
        for slot in domain.required_slots_for_form(form)
        if (name := f"utter_ask_{form}_{slot}") in domain.responses
    }


def _keys_twice() -> Iterator[str]:
    """Rasa merges domain files; a key that stands in two of them would silently win or lose."""
    import yaml

    for section in ("intents", "slots", "forms", "actions", "responses", "entities"):
        seen: Counter[str] = Counter()
        for path in sorted(DOMAIN.glob("*.yml")):
            entries = yaml.safe_load(path.read_text(encoding="utf-8")).get(section) or ()
            seen.update(next(iter(e)) if isinstance(e, dict) else e for e in entries)
        for key, times in seen.items():
            if times > 1:
                yield f"{DOMAIN.relative_to(ROOT)}: {section} has {key!r} {times} times."


@contextlib.contextmanager
def _warnings() -> Iterator[list[str]]:
    """Collect what Rasa warns of, by `warnings` or by its loggers, and keep the terminal quiet."""
    said: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record.getMessage())

    logger, handler = logging.getLogger("rasa"), Keep(logging.WARNING)
    before = logger.level
    logger.setLevel(logging.WARNING)
    logger.addHandler(handler)
    try:
        with (
            warnings.catch_warnings(record=True) as caught,
            contextlib.redirect_stdout(io.StringIO()),
        ):
            warnings.simplefilter("ignore")
            warnings.filterwarnings("always", category=UserWarning, module=r"rasa\.")
            warnings.filterwarnings("always", category=FutureWarning, module=r"rasa\.")
            for message in EXPECTED:
                warnings.filterwarnings("ignore", message=message)
            yield said
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)
    said.extend(str(warning.message) for warning in caught)
