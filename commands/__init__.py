"""What a person can ask for: one file per command, listed here in help order."""

from __future__ import annotations

from typing import Any

from bot.command import Command
from commands.access import ACCESS_EXPLAIN, ACCESS_REPORT
from commands.app import (
    APP_EVENTS,
    APP_GET,
    APP_HISTORY,
    APP_REFRESH,
    APP_RESOURCES,
)
from commands.app_logs import APP_LOGS
from commands.approvals import APPROVE, REJECT
from commands.audit import AUDIT
from commands.audit_export import AUDIT_EXPORT
from commands.audit_verify import AUDIT_VERIFY
from commands.cancel import CANCEL
from commands.deploy import DEPLOY
from commands.deployments import DEPLOYMENTS, SHOW
from commands.doctor import DOCTOR
from commands.freeze import FREEZE
from commands.help import HELP
from commands.lock import LOCK
from commands.me import LOGIN, WHOAMI
from commands.promote import PROMOTE
from commands.queue import RESUME_QUEUE
from commands.resume import RESUME
from commands.retry import RETRY
from commands.review import REVIEW
from commands.rollback import ROLLBACK
from commands.sync import SYNC
from commands.unfreeze import UNFREEZE
from commands.unlock import HAND_OVER, UNLOCK
from commands.where import WHERE

COMMANDS: tuple[Command[Any], ...] = (
    DEPLOY,
    PROMOTE,
    SYNC,
    ROLLBACK,
    WHERE,
    APPROVE,
    REJECT,
    DEPLOYMENTS,
    SHOW,
    CANCEL,
    RETRY,
    RESUME_QUEUE,
    FREEZE,
    UNFREEZE,
    LOCK,
    UNLOCK,
    HAND_OVER,
    RESUME,
    REVIEW,
    APP_GET,
    APP_HISTORY,
    APP_RESOURCES,
    APP_EVENTS,
    APP_LOGS,
    APP_REFRESH,
    AUDIT,
    AUDIT_VERIFY,
    AUDIT_EXPORT,
    ACCESS_EXPLAIN,
    ACCESS_REPORT,
    WHOAMI,
    LOGIN,
    DOCTOR,
    HELP,
)
