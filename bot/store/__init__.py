"""The store room: what came in, what goes out and what is remembered, in one database.

Only this room knows SQL. The queue and the locks are rows beside the data they guard, so that one
commit settles all of a turn, and killing the process anywhere leaves either all of it or none.
"""

from __future__ import annotations

from bot.store.audit import Audited, AuditRow
from bot.store.casework import Casework
from bot.store.counting import Counts
from bot.store.doorstep import Doorstep
from bot.store.gaps import KeptGap
from bot.store.grants import Granted
from bot.store.inbox import COUNTED, Claim
from bot.store.keyholders import Keyholders
from bot.store.keyring import ReaderKeys
from bot.store.keys import ServerKey
from bot.store.outbox import Outgoing
from bot.store.readers import NewReader
from bot.store.resetting import Reset
from bot.store.store import Store

__all__ = [
    "COUNTED",
    "AuditRow",
    "Audited",
    "Casework",
    "Claim",
    "Counts",
    "Doorstep",
    "Granted",
    "KeptGap",
    "Keyholders",
    "NewReader",
    "Outgoing",
    "ReaderKeys",
    "Reset",
    "ServerKey",
    "Store",
]
