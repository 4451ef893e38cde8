"""A small town that uses the bot for a while, while machines fail; then what was promised is looked
for in the store.
"""
