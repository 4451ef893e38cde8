"""Telegram: updates in, over the durable doorstep, and replies out, within Telegram's limits."""
