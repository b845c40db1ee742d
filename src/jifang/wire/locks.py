"""Advisory locks of the database: every process that takes one takes it by its name here.

Two rooms that pick the same number by chance lock each other out without a word.
"""

from enum import IntEnum, unique


@unique
class AdvisoryLock(IntEnum):
    """What at most one session does at a time."""

    ALARM_SUPERVISION = 0x6A66_0001
    PLATFORM_WATCH = 0x6A66_0002
    LEDGER_SEQUENCER = 0x6A66_0010
    REGION_TREE = 0x6A66_0011
    ORGANISATION_TREE = 0x6A66_0012
    FIRST_RUN = 0x6A66_0013
