"""What a first message already told: platform, when, who, year group and links.

Each is found by wording alone, because it is shown back and asked about at once ("You said …
Right?"), and because a wrong detail is worse than none: what can be read in two ways is left out.
"""
