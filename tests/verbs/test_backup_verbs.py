"""`backup` and `restore`: what the technician types, and every refusal."""

from __future__ import annotations

from tests.verbs.calling import Bot
from tests.verbs.test_people import LUCY, added, call

BACKUP = ("backup", "kept.backup", "--key-file", "kept.key")


def test_a_drill(bot: Bot) -> None:
    added(bot, *LUCY)
    made = call(bot, *BACKUP)
    assert (made.status, made.err) == (0, ""), made
    assert "was read back" in made.out and "Copy kept.key to another place" in made.out
    assert (bot.folder / "kept.backup").stat().st_mode & 0o077 == 0
    assert "is there already" in call(bot, *BACKUP).complaint
    assert "Copy" not in call(bot, "backup", "two.backup", "--key-file", "kept.key").out
    assert "is whole" in call(bot, *BACKUP, "--check").out

    assert "isn't a new one" in call(bot, "restore", *BACKUP[1:]).complaint
    for name in ("own.db", "own.db-wal", "own.db-shm", "own.key"):
        (bot.folder / name).unlink(missing_ok=True)
    assert "is restored" in call(bot, "restore", *BACKUP[1:]).out
    assert "Lucy Coull" in call(bot, "people", "list", "--school", "welbeck").out


def test_each_refusal_says_what_to_do_and_leaves_nothing_half(bot: Bot) -> None:
    assert "nothing to back up" in call(bot, *BACKUP).complaint
    added(bot, *LUCY)
    no_place = call(bot, "backup", "no/folder/kept.backup", "--key-file", "kept.key").complaint
    assert "name another place" in no_place
    (bot.folder / "cut.backup").write_bytes(b"SIGNPOST BACKUP 1\n123")
    cut = call(bot, "backup", "cut.backup", "--key-file", "kept.key", "--check").complaint
    assert "damaged or incomplete" in cut
    assert not list(bot.folder.glob("*.unfinished"))
