"""GitHub: the builds, commits and comparisons of the application repository."""

from integrations.github.client import GitHub
from integrations.github.model import (
    CheckRun,
    CombinedStatus,
    Commit,
    Comparison,
    PullRequest,
    Repository,
    WorkflowRun,
)

__all__ = [
    "CheckRun",
    "CombinedStatus",
    "Commit",
    "Comparison",
    "GitHub",
    "PullRequest",
    "Repository",
    "WorkflowRun",
]
