"""A real bare git repository for the sandbox, with the platform's files and past."""

from bot.sandbox.gitrepo.files import SERVICES, kustomization_path
from bot.sandbox.gitrepo.repository import SeededRepo, seed

__all__ = ["SERVICES", "SeededRepo", "kustomization_path", "seed"]
