"""What a person can ask for: one file per command, listed here in help order."""

from __future__ import annotations

from typing import Any

from bot.command import Command
from commands.cancel import CANCEL
from commands.deploy import DEPLOY
from commands.deployments import DEPLOYMENTS, SHOW
from commands.queue import RESUME_QUEUE
from commands.retry import RETRY
from commands.sync import SYNC

COMMANDS: tuple[Command[Any], ...] = (
    DEPLOY,
    SYNC,
    DEPLOYMENTS,
    SHOW,
    CANCEL,
    RETRY,
    RESUME_QUEUE,
)
