"""The errors that Signpost raises on purpose.

Each message is one plain sentence or two that a person can act on: what is wrong, where, and what
to do. A command prints it and exits with 1; nothing here is ever shown with a stack trace.
"""

from __future__ import annotations

from datetime import timedelta


class BotError(Exception):
    """Anything that Signpost can explain."""


class SettingsError(BotError):
    """A setting is missing or can't be used."""


class PackError(BotError):
    """Policy content can't be used; names file, line and field."""


class ModelError(BotError):
    """The trained model, or what it is trained from, can't be used."""


class StoreError(BotError):
    """The database or its key can't be used."""


class LeaseLost(BotError):  # noqa: N818  # what happened, not what kind of thing it is
    """Another worker has taken over what this one was working on; nothing was written."""


class SendFailed(BotError):  # noqa: N818  # likewise
    """A reply couldn't be sent now. `uncertain` when it may have arrived all the same."""

    def __init__(
        self, message: str, retry_after: timedelta | None = None, uncertain: bool = False
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.uncertain = uncertain


class ChannelDown(SendFailed):
    """A channel's own service can't be reached: nothing is wrong with what was to be sent."""


class FetchFailed(BotError):  # noqa: N818  # likewise
    """A file that came with a message can't be had from its channel."""


class Unreachable(BotError):  # noqa: N818  # likewise
    """The person can't be reached this way any more, however often it is tried."""


class NoReaders(BotError):  # noqa: N818  # likewise
    """A school has nobody yet to whom a record could be sealed; nothing was written."""


class ReferenceTaken(BotError):  # noqa: N818  # likewise
    """Another record has the same reference; the turn begins again and finds another one."""


class ReaderChanged(BotError):  # noqa: N818  # likewise
    """Somebody a record was to be sealed for has just left; the turn begins again without them."""


class UnknownReader(BotError):  # noqa: N818  # likewise
    """There is no such reader."""


class BackupError(BotError):
    """A backup can't be read, or not be put where it was to go."""


class UnknownInvitation(BotError):  # noqa: N818  # likewise
    """There is no such invitation that can still be accepted."""


class WrongPassphrase(BotError):  # noqa: N818  # likewise
    """A reader's key doesn't open with this passphrase."""


class NotYours(BotError):  # noqa: N818  # likewise
    """This reader has no key to such a record, whether there is one or not."""


class UnknownRecord(BotError):  # noqa: N818  # likewise
    """There is no record of this reference."""


class MovedMeanwhile(BotError):  # noqa: N818  # likewise
    """Another reader has moved the record since it was looked at; nothing was written."""


class Excluded(BotError):  # noqa: N818  # likewise
    """This reader must never have this record; nothing was written."""
