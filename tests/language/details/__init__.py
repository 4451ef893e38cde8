"""Openings as people write them, with the details that each tells."""
