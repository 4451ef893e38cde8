"""`backup` and `restore`: what the technician types, and every refusal."""

from __future__ import annotations

from tests.conftest import PostgresServer
from tests.verbs.calling import Bot, Ended
from tests.verbs.test_people import DATABASE, LUCY, PASSPHRASE, added, call

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


def test_a_drill_on_postgresql(bot: Bot, postgres: PostgresServer) -> None:
    def at(url: str, key: str, *verb: str, said: str = "") -> Ended:
        done = bot.call(*verb, said=said, database_url=url, key_file=key)
        assert (done.status, done.err) == (0, ""), done
        return done

    used, again = postgres.fresh(), postgres.fresh()
    at(used, "own.key", *LUCY, said=f"{PASSPHRASE}\n")
    at(used, "own.key", *BACKUP)
    assert "is restored" in at(again, "again.key", "restore", *BACKUP[1:]).out
    assert "Lucy Coull" in at(again, "again.key", "people", "list", "--school", "welbeck").out


def test_the_backups_key_stands_beside_the_servers(bot: Bot) -> None:
    """Where the bot runs as a user of its own, the project's folder may not be written to."""
    state = {**DATABASE, "key_file": "state/own.key"}
    (bot.folder / "state").mkdir()
    bot.call(*LUCY, said=f"{PASSPHRASE}\n", **state)
    made = bot.call("backup", "kept.backup", **state)
    assert "Copy state/backup.key to another place" in made.out, made
    assert not (bot.folder / "data").exists()
    assert "is whole" in bot.call("backup", "kept.backup", "--check", **state).out


def test_each_refusal_says_what_to_do_and_leaves_nothing_half(bot: Bot) -> None:
    assert "nothing to back up" in call(bot, *BACKUP).complaint
    added(bot, *LUCY)
    no_place = call(bot, "backup", "no/folder/kept.backup", "--key-file", "kept.key").complaint
    assert "name another place" in no_place
    (bot.folder / "cut.backup").write_bytes(b"SIGNPOST BACKUP 1\n123")
    cut = call(bot, "backup", "cut.backup", "--key-file", "kept.key", "--check").complaint
    assert "damaged or incomplete" in cut
    assert not list(bot.folder.glob("*.unfinished"))
