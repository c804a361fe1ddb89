"""A GitHub on loopback: the application repository's commits, builds and comparisons."""

from bot.sandbox.github.history import AppCommit, Person, link_history
from bot.sandbox.github.runs import Run
from bot.sandbox.github.sandbox import SandboxGitHub

__all__ = ["AppCommit", "Person", "Run", "SandboxGitHub", "link_history"]
