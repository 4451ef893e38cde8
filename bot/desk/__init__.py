"""The desk: where those who receive reports read them, in a browser.

Everything is a page made here and works without a script. Nobody gets past `guard` without having
signed in, and what a page shows is opened with a key that this process holds in memory only.
"""

from __future__ import annotations

from bot.desk.office import Office, desk_app, new_setup_link

__all__ = ["Office", "desk_app", "new_setup_link"]
