"""Fills a PostgreSQL database with the years that lie behind a school, from one real report.

Everything that a report leaves is copied with it: its message, replies, alerts, line, keys and
audit rows; a table that stayed empty would hide what grows. What is sealed in a copy never opens.
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.engine import Connection

STILL_OPEN = 300
"""So many are open, a third of them overdue: only what is done grows with the years."""

RARE = 5_000
"""One record in so many is an application, a kind that is seldom looked for and must be found."""

STEPS = (
    # Copies hang on copies: what the server would check for each row is true by construction.
    "SET LOCAL session_replication_role = replica",
    """
    CREATE TEMPORARY TABLE past ON COMMIT DROP AS
    SELECT n, first.id AS first, first.id + n AS record, inbox.id AS message,
           inbox.id + n AS past_message, inbox.conversation AS talk, n <= :open AS open,
           first.opened_at - (:many - n) * interval '1 minute' AS opened_at
    FROM generate_series(1, :many) AS n, records first, inbox
    WHERE first.reference = :first AND inbox.id = (SELECT max(id) FROM inbox)
    """,
    """
    INSERT INTO conversations (id, channel, school, role, memory, fence, turns, updated_at)
    SELECT 'web:past-' || n, channel, school, role, memory, fence, turns, opened_at
    FROM past JOIN conversations c ON c.id = talk
    """,
    """
    INSERT INTO inbox (id, channel, update_id, conversation, body, received_at, status, attempts,
                       not_before, finished_at)
    SELECT past_message, channel, 'past-' || n, 'web:past-' || n, body, opened_at, status, attempts,
           opened_at, opened_at
    FROM past JOIN inbox i ON i.id = message
    """,
    """
    INSERT INTO outbox (key, inbox_id, conversation, channel, body, priority, status, uncertain,
                        attempts, not_before, created_at, sent_at, fleeting)
    SELECT key || '-past-' || n, CASE WHEN o.inbox_id IS NOT NULL THEN past_message END,
           CASE WHEN o.inbox_id IS NULL THEN conversation ELSE 'web:past-' || n END, channel, body,
           priority, 'sent', uncertain, 1, opened_at, opened_at, opened_at, fleeting
    FROM past, outbox o ORDER BY n, o.id
    """,
    """
    INSERT INTO records (id, reference, school, kind, severity, status, opened_at, version, nonce,
                         ciphertext, moves, parts, head, mark, excluded, conversation, thread,
                         seen_at, seen_by, closed_at)
    SELECT record, 'SP-PAST-' || n, school,
           CASE WHEN n % :rare = 0 THEN 'application' WHEN n % 3 = 0 THEN 'permission'
                ELSE kind END,
           CASE WHEN n % 100 = 0 THEN 'immediate' ELSE severity END,
           CASE WHEN open THEN 'open' ELSE 'closed' END, past.opened_at, version, nonce, ciphertext,
           moves, parts, head, mark, excluded, conversation, sha256(n::text::bytea),
           past.opened_at, (SELECT min(id) FROM readers), CASE WHEN open THEN NULL
                                                          ELSE past.opened_at END
    FROM past JOIN records r ON r.id = first
    """,
    """
    INSERT INTO record_keys (record_id, reader_id, sealed_key, stage, due_at)
    SELECT record, reader_id, sealed_key, CASE WHEN open THEN 1 ELSE 2 END,
           CASE WHEN open AND n % 3 = 0 THEN opened_at END
    FROM past JOIN record_keys k ON k.record_id = first
    """,
    "INSERT INTO watches SELECT record, place, rounds, opened_at FROM past"
    " JOIN watches w ON w.record_id = first",
    "INSERT INTO watchers SELECT record, reader_id, place, copied, opened_at FROM past"
    " JOIN watchers w ON w.record_id = first",
    """
    INSERT INTO alerts (key, record_id, reader_id, way, token, told_at, noted)
    SELECT key || '-past-' || n, record, reader_id, way, sha256((key || n)::bytea), opened_at, noted
    FROM past JOIN alerts a ON a.record_id = first
    """,
    # Before the chain's first row, since its head, which is kept apart, counts on from there.
    """
    INSERT INTO audit (number, at, actor, action, object, detail, hash)
    SELECT number - 10 * (:many - n + 1), opened_at, actor, action, 'SP-PAST-' || n, detail, hash
    FROM past, audit ORDER BY n, number
    """,
    *(
        f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
        for table in ("inbox", "records")
    ),
)


def fill(connection: Connection, first: str, many: int) -> None:
    """Copy the record `first`, with the only message there is, so many times."""
    values = {"first": first, "many": many, "open": STILL_OPEN, "rare": RARE}
    for step in STEPS:
        asked = {name: value for name, value in values.items() if f":{name}" in step}
        connection.execute(text(step), asked)
