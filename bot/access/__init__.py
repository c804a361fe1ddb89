"""Who may do what: subjects, permissions and the one decision about them (pure)."""

from bot.access.answers import Allowed, Refused
from bot.access.decision import allowed, held_as, require, require_person
from bot.access.grants import Grant, Grants, Holders, arranged, named
from bot.access.rights import Explained, Rights, explained, rights
from bot.access.subjects import (
    PRIVILEGED,
    SHARED,
    SLACK_ONLY,
    Actor,
    Door,
    Memberships,
    Need,
    Permission,
)

__all__ = [
    "PRIVILEGED",
    "SHARED",
    "SLACK_ONLY",
    "Actor",
    "Allowed",
    "Door",
    "Explained",
    "Grant",
    "Grants",
    "Holders",
    "Memberships",
    "Need",
    "Permission",
    "Refused",
    "Rights",
    "allowed",
    "arranged",
    "explained",
    "held_as",
    "named",
    "require",
    "require_person",
    "rights",
]
