"""The chat page: the same bot in a browser, through the same inbox, turn and outbox.

Everything works as plain forms; the script on the page only makes it quicker. What is shown comes
from what the inbox and the outbox hold, so a page that is loaded again, or on another tab, shows
the same conversation.
"""

from __future__ import annotations
