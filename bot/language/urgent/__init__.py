"""Whether a message says that somebody may be hurt: what is looked for, and how it is weighed."""
