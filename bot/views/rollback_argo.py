"""What Argo CD can roll an application back to, and what that does (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.deployments.events import AutoSyncLeftAlone, DeploymentEvent, DeploymentRequested
from bot.deployments.gates.span import span
from bot.deployments.rollbacks.argo_past import NO_HOOKS, Past
from bot.views.blocks import code, context, escape, section
from bot.views.inputs import input_block, menu, optional, text
from bot.views.message import Block, Message, Modal
from integrations.argocd.model import Application

_ENTRIES = 10


def choose_entry(app: Application, past: Sequence[Past], line: str, now: datetime) -> Modal:
    """The entries of the history before what runs; `line` is the command line so far."""
    runs = app.history[-1] if app.history else None
    at = f" runs {code(runs.revision[:7])} (entry {runs.id})" if runs else " has no history"
    blocks: list[Block] = [section(f"*{escape(app.name)}*{at}.")]
    if not past:
        blocks.append(context("Argo CD holds nothing earlier: there is nothing to go back to."))
        return Modal("Roll back", "form:rollback", blocks)
    shown = past[:_ENTRIES]
    blocks.append(section("\n".join(f"• {_about(each, now)}" for each in shown)))
    options = [
        (f"{each.entry.id}: {each.entry.revision[:7]}", str(each.entry.id)) for each in shown
    ]
    blocks.append(input_block("target", "Go back to", menu(options, first=True)))
    hint = "Shown on the card and kept in the record."
    blocks.append(optional(input_block("reason", "Reason", text(300), hint)))
    return Modal("Roll back", "form:rollback", blocks, submit="Next", close="Cancel", line=line)


def confirm(app: Application, past: Past, line: str, now: datetime) -> Modal:
    """What is about to happen; `line` is the command line that the submission enters."""
    lines = [
        f"Argo CD rolls *{escape(app.name)}* back to {_about(past, now)}",
        f"• {NO_HOOKS}",
        "• Git stays as it is, and so does what migrations did: OutOfSync is where it ends.",
    ]
    if app.auto_sync:
        lines.append("• Its auto-sync is switched off first, and given back by Resume.")
    if past.unknown:
        lines.append(f"• ⚠️ *Not known to be good.* {escape(past.unknown)}")
    if past.why_not:
        lines.append(f"• Waits like any other request: {escape(past.why_not)}")
    lines.append("• Pins it: automation waits until somebody resumes.")
    blocks: list[Block] = [section("\n".join(lines))]
    if past.unknown:
        asked = f"Type {app.name} to go on all the same"
        blocks.append(input_block("confirm", asked, text(253)))
    return Modal(
        "Roll back",
        "form:rollback",
        blocks,
        submit="Roll Back",
        close="Go Back",
        line=line,
    )


def going_back(request: DeploymentRequested) -> Message:
    """It is written down; the card tells the rest."""
    way_back = request.way_back
    entry = way_back.history_id if way_back else ""
    name = escape(request.applications[0])
    said = f"*{name}* goes back to entry {entry} of its history; its card is in "
    said += f"{escape(request.channel)}."
    return Message(text=said, blocks=[section(said), context(code(request.id))])


def _about(past: Past, now: datetime) -> str:
    entry = past.entry
    by = "auto-sync" if entry.automated else entry.initiated_by or "somebody"
    at = entry.deployed_at or entry.started_at
    age = f", {span(at, now)} ago" if at else ""
    more = f"; goes through every gate: {escape(past.why_not)}" if past.why_not else ""
    more += "; not known to be good" * bool(past.unknown)
    return f"entry {entry.id}, {code(entry.revision[:12])} by {escape(by)}{age}{more}"


def auto_sync_stage(event: DeploymentEvent) -> str:
    """What the thread says of an auto-sync that is not given back, "" of anything else."""
    if not isinstance(event, AutoSyncLeftAlone):
        return ""
    app, found = code(event.application), escape(event.found)
    return f"The auto-sync of {app} was changed meanwhile ({found}), and is left alone."
