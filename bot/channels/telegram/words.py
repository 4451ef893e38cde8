"""What the channel itself says, beside the dialogue: short, plain, and the same for everybody."""

from __future__ import annotations

EDITED = "I've read your change as a new message. What you wrote before was read as it stood then."
FORWARDED = "That was forwarded, so I've read its words without knowing who wrote them."
STICKER = "I can't read stickers. Please write what you mean in words."
LOCATION = (
    "I can't use a location, and I haven't kept it. If somebody is in danger, call 999 and say "
    "where you are."
)
CONTACT = (
    "I haven't kept that contact. Please don't send other people's numbers here; write in words "
    "who it is about."
)
POLL = "I can't take part in polls or games. Please write your question in words."
UNREADABLE = "I can't read that kind of message, and I haven't kept it. Please write it in words."
SORRY = (
    "Something went wrong here, and I couldn't read that. It is kept, and the people who look "
    "after this bot can see that it's waiting. If somebody is in danger, call 999."
)
NO_SUCH_COMMAND = "There is no such command here. /help shows what there is."

PASSED = "That question has passed. Please answer my last message."
TOO_OLD = "That button is too old to use. Please write it instead."
CHOSEN = "You chose: {title}"
SEEN = "Thank you. It is noted that you have seen this."
SEEN_NOT_NOTED = "That couldn't be noted just now. Please open the report on the desk."

ON_DESK = "Open on the desk"
CALL = "Call"
NOT_YOURS = "That button isn't yours to press."

CLEAR_BUTTON = "Clear this chat"
CLEARED = (
    "I've deleted what Telegram lets me delete here: messages of the last two days. Look whether "
    "any are left above, and delete those yourself.{kept}"
)
KEPT = " Your report is stored under the number {reference}."

PRIVATELY = "Let's talk about that privately. Nothing of it is kept here."
URGENT_PRIVATELY = (
    "Let's talk about that privately, now. If somebody is in danger, call 999 first. Nothing of it "
    "is kept here."
)
IN_PRIVATE = "Talk privately"
WHO_ARE_YOU = "I answer questions here for people I know. Please talk to me privately first."
GROUP_HELLO = (
    "Hello. Mention me, or write /ask and your question, and I'll answer from the school's social "
    "media policy. I read nothing else here, and I keep nothing of what is said. Reports are for a "
    "private chat with me."
)
UNSURE = (
    "I'm not sure what in the policy that is about. Please ask again in other words, or ask me "
    "privately, where you can choose."
)
ASK_SOMETHING = "Please put your question after my name, in one message."
MORE = "Ask me privately for the rest."
FILE_NAME = "what-signpost-holds-of-you.txt"
FILE_NOT_SENT = "I couldn't send that file just now. Please ask for it again later."
NOT_CLEARED = (
    "I couldn't delete anything just now, because Telegram didn't let me. Please press “Clear this "
    "chat” again later, or delete the messages yourself.{kept}"
)
