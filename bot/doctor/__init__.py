"""Looks at every setting, scope and permission in the real systems, and says what to fix."""

from bot.doctor.argocd import argocd
from bot.doctor.authors import authors
from bot.doctor.finding import Finding, Findings, guarded
from bot.doctor.images import images
from bot.doctor.protection import protection
from bot.doctor.record import record
from bot.doctor.slack import slack
from bot.doctor.sources import github, gitops

__all__ = [
    "Finding",
    "Findings",
    "argocd",
    "authors",
    "github",
    "gitops",
    "guarded",
    "images",
    "protection",
    "record",
    "slack",
]
