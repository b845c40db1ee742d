"""Mistakes that a person can put right: shown as one sentence, without a traceback."""


class UserError(Exception):
    """What is wrong and what to do about it, in one sentence."""
