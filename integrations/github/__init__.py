"""GitHub: the builds, commits and comparisons of the application repository."""

from integrations.github.client import GitHub
from integrations.github.model import (
    CombinedStatus,
    Commit,
    Comparison,
    Repository,
    WorkflowRun,
)

__all__ = ["CombinedStatus", "Commit", "Comparison", "GitHub", "Repository", "WorkflowRun"]
