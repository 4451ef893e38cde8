"""Signpost, a chat bot for schools.

The processor is named here, because nothing of this package may reach NumPy before that.
"""

from bot.blas import name_the_processor

name_the_processor()
