"""The dialogue room: Rasa lives here.

Importing anything of it first puts Rasa's stand-ins in place and keeps it from printing what people
write, whichever program does the importing.
"""

from bot.language.lean import slim_rasa
from bot.logs import silence_structlog

silence_structlog()
slim_rasa()
