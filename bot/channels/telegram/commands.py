"""The commands: their names, what they are for, and what they say where the words are fixed.

`/report` and `/declare` go on in the dialogue: they count as the words of one of its own examples,
so that a command can't lead anywhere that words can't.
"""

from __future__ import annotations

from collections.abc import Mapping

from telegram import Bot, BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats

from bot.channels.telegram.contracts import COMMAND
from bot.messages import Button, Role

PRIVATE = {
    "help": "What I can do",
    "report": "Report something that happened",
    "declare": "Declare a tie with a pupil or family (staff)",
    "status": "What has become of my reports",
    "contacts": "Whom to turn to, at school and outside",
    "school": "Choose the school, if you belong to several",
    "privacy": "What is kept, and for how long",
    "cancel": "Stop what we are doing",
    "download_my_data": "Get a file of what I hold of you",
    "delete_my_data": "Delete what I know of you",
}
IN_GROUPS = {"ask": "Ask a question about the policy"}

FLOWS: Mapping[str, tuple[str, str, tuple[Role, ...]]] = {
    "incident": ("Something online", "I want to report an incident", ("staff", "parent")),
    "contact-report": ("A pupil or parent wrote to me", "report contact", ("staff",)),
    "staff-concern": (
        "A worry about an adult at school",
        "report a colleague",
        ("staff", "parent"),
    ),
    "website-report": ("A website seen at school", "report a website", ("staff", "parent")),
    "declaration": ("A tie with a family", "declare connection", ("staff",)),
    "account-application": ("A new school account", "application for a new account", ("staff",)),
    "permission": (
        "Something I need permission for",
        "I want to ask permission for something",
        ("staff",),
    ),
    "acknowledgement": (
        "I've read the policy",
        "I want to sign the social media policy",
        ("staff",),
    ),
}
"""Each flow's button, the words that begin it, and for whom it is."""

WELCOME = (
    "Hello. I know {school}'s social media policy. Ask me what you may or may not do, in your own "
    "words, or report what you have seen.\n\nIf a child is in danger now, call 999 first."
)
FIRST_BUTTONS = (
    Button("What can you help with?", f"{COMMAND}help"),
    Button("Report something", f"{COMMAND}report"),
    Button("Whom to turn to", f"{COMMAND}contacts"),
)
WHAT_KIND = "What would you like to report or ask for? You can also just tell me what happened."
PRIVACY = (
    "What you write here is stored encrypted on {school}'s own system. Finished reports are sealed "
    "so that only those who must act on them can open them.\n\n"
    "Telegram itself can read this chat: chats with bots are not end-to-end encrypted. Write "
    "initials and year groups rather than children's full names.\n\n"
    "Questions that I couldn't answer are kept for a while without names and numbers. "
    "/download_my_data brings you a file of all that I hold of you, and /delete_my_data deletes "
    "what I know of you."
)
YOUR_DATA = (
    "That file is all that I hold of you. What your reports say isn't in it, because only those "
    "who must act on them can open them; the school gives you that."
)
SURE = (
    "I would delete our conversation here, and that you belong to {schools}. Reports that you have "
    "handed over stay, because the school has to keep them. Shall I?"
)
DELETED = (
    "Done. I've deleted our conversation and who you are. Reports that you have handed over stay "
    "with the school. The messages above are Telegram's: delete the chat to remove them."
)
YES_DELETE = Button("Yes, delete it", f"{COMMAND}delete_my_data yes")
NO_REPORTS = "You haven't handed over a report in this chat."


def flow_buttons(role: Role) -> tuple[Button, ...]:
    return tuple(
        Button(title, f"{COMMAND}report {flow}")
        for flow, (title, _, roles) in FLOWS.items()
        if role in roles
    )


def beginning(flow: str, role: Role) -> str | None:
    """The words that begin a flow, for somebody whom it is for."""
    if flow not in FLOWS:
        return None
    _, words, roles = FLOWS[flow]
    return words if role in roles else None


async def list_commands(bot: Bot) -> None:
    """Show the commands where Telegram lists them."""
    scopes = (
        (PRIVATE, BotCommandScopeAllPrivateChats()),
        (IN_GROUPS, BotCommandScopeAllGroupChats()),
    )
    for commands, scope in scopes:
        listed = [BotCommand(name, says) for name, says in commands.items()]
        await bot.set_my_commands(listed, scope=scope)
