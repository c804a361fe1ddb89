"""The GitOps repository: read at any revision, changed by one commit at a time."""

from integrations.gitops.change import CommitResult, Edit
from integrations.gitops.history import FileVersion
from integrations.gitops.reading import GitCommit
from integrations.gitops.repository import GitOps

__all__ = ["CommitResult", "Edit", "FileVersion", "GitCommit", "GitOps"]
