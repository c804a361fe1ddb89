"""What a dry run shows: images, the diff, commits, applications, and every closed gate (pure)."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.deployments.events import BuildFound, DeploymentRequested
from bot.deployments.gates.gate import Gate
from bot.deployments.plan import Plan
from bot.views.blocks import code, context, escape, fence, header, section
from bot.views.changes import build_line, commit_lines, image_lines, newer_line
from bot.views.gates import gate_line
from bot.views.message import Block, Message
from bot.views.wording import listed

_DIFF = 2400
_COMMANDS = {"deploy": "deploy", "promotion": "promote", "rollback": "rollback"}


def dry_run(  # noqa: PLR0917 - everything that it shows, each a value
    request: DeploymentRequested,
    found: BuildFound,
    plan: Plan,
    closed: Sequence[Gate],
    before: Mapping[str, str],
    after: Mapping[str, str],
) -> Message:
    """The whole plan; nothing was written and Argo CD was only read."""
    tag, environment = found.build.tag, request.environment
    said = f"Dry run: {escape(tag)} to {escape(environment)}. Nothing was changed."
    blocks: list[Block] = [header(f"Dry run: {tag} to {environment}")]
    blocks.append(context(build_line(found.build), "Nothing was changed."))
    if found.newer:
        blocks.append(context(newer_line(found.newer)))
    blocks.append(section("*Images*\n" + "\n".join(image_lines(plan.changes))))
    diff = yaml_diff(before, after)
    same = "Git already says so: no commit."
    if any(not change.is_noop for change in plan.changes):
        same = "The lines cannot be shown: an image that is not there has no digest to pin."
    blocks.append(section(fence(diff, _DIFF) if diff else same))
    blocks.append(section("*Commits*\n" + "\n".join(commit_lines(plan.commits, most=10))))
    blocks.append(section("*Applications*\n" + "\n".join(_waves(plan))))
    blocks.append(
        section("*Gates*\n" + "\n".join(gate_lines(closed, request.at, _COMMANDS[request.purpose])))
    )
    blocks.append(context(*[escape(warning) for warning in (*plan.warnings, *plan.asides)]))
    return Message(text=said, blocks=blocks)


def gate_lines(closed: Sequence[Gate], now: datetime, command: str) -> list[str]:
    """Every closed gate with what opens it, and when; or that `command` finds all of them open."""
    if not closed:
        return [f"✅ All open: `/{command}` without --dry-run would start at once."]
    return [gate_line(gate, now) for gate in closed]


def yaml_diff(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """A unified diff of the files, "" when nothing changes."""
    parts: list[str] = []
    for path, old in before.items():
        new = after.get(path, old)
        lines = difflib.unified_diff(
            old.splitlines(), new.splitlines(), f"a/{path}", f"b/{path}", lineterm="", n=1
        )
        parts += list(lines)
    return "\n".join(parts)


def _waves(plan: Plan) -> list[str]:
    if not plan.waves:
        return ["None that Argo CD lists."]
    return [
        f"Wave {wave[0].wave}: {listed([code(app.name) + _auto(app.auto_sync) for app in wave])}"
        for wave in plan.waves
    ]


def _auto(auto_sync: bool) -> str:  # noqa: FBT001 - one fact, said by its name at the call
    return " (auto-sync)" if auto_sync else ""
