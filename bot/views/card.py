"""The one message of a deployment: what, where, who, why, how far, and what to do next (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.deployments.decide import not_attempted
from bot.deployments.deployment import Deployment, State
from bot.deployments.progress import Progress
from bot.views import icons
from bot.views.applications import application_blocks, totals
from bot.views.blocks import (
    MESSAGE_BLOCKS,
    code,
    context,
    cut,
    escape,
    fence,
    header,
    link,
    section,
)
from bot.views.buttons import card_buttons
from bot.views.changes import build_line, commit_lines, image_lines, newer_line
from bot.views.failure import failure_blocks, note_lines, told_by_objects
from bot.views.message import Block, Message
from bot.views.wording import bar, count, elapsed, listed, who


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What the card shows beyond the deployment itself."""

    now: datetime
    progress: Mapping[str, Progress] = field(default_factory=dict)
    argocd_url: str = ""
    is_newest: bool = True
    newer: str = ""  # the newest later one of the scope that changed something, or still may
    links: Mapping[str, str] = field(default_factory=dict)  # other deployments' permalinks


def card(deployment: Deployment, facts: CardFacts) -> Message:
    """The whole card. Its text begins with the state and names environment and tag."""
    blocks: list[Block] = [header(title(deployment)), section(_status(deployment, facts))]
    blocks.append(context(*_origin(deployment)))
    note = facts.progress.get("")
    if note and note.why and not deployment.ended:
        why = cut(note.why, 300).rstrip(".")
        blocks.append(context(f"{icons.WARNING} {escape(why)}; trying again."))
    blocks += _queue(deployment, facts)
    blocks += _what(deployment)
    blocks += application_blocks(deployment, facts.progress, facts.argocd_url)
    blocks += failure_blocks(deployment) if deployment.ended else []
    notes = note_lines(deployment)
    if notes:
        blocks.append(context(*notes[:8]))
    blocks += _after(deployment)
    blocks.append(context(_foot(deployment, facts)))
    buttons = card_buttons(deployment, facts.argocd_url, is_newest=facts.is_newest)
    kept = blocks[: MESSAGE_BLOCKS - 1]
    return Message(text=headline(deployment, facts), blocks=[*kept, buttons] if buttons else kept)


def title(deployment: Deployment) -> str:
    """What is done, where: the card's first line."""
    request = deployment.request
    if request.sync:
        verb = "Dry run of sync" if request.sync.dry_run else "Sync"
        what = request.sync.resource and f"{request.sync.resource} of "
        return f"{verb} {what}{request.sync.words}"
    tag = deployment.tag or "the newest build"
    only = f" ({listed(request.services, 3)})" if request.services else ""
    return f"Deploy {tag} to {request.environment}{only}"


def headline(deployment: Deployment, facts: CardFacts) -> str:
    """The notification: the state first, then environment and tag, as one sentence."""
    request = deployment.request
    what = title(deployment)
    state = deployment.state
    if state is State.RUNNING:
        done, total = totals(deployment, facts.progress)
        far = f", {done} of {total} resources ready" if total else ""
        return escape(f"{state.value}: {what}{far}.")
    if state is State.QUEUED and deployment.held:
        return escape(f"{state.value}, held: {what}; the deployment ahead ended badly.")
    place = f" ({request.environment})" if request.sync and request.environment else ""
    if deployment.corrected:
        then = "then Healthy" if deployment.corrected.healthy else "then Degraded"
        said = deployment.corrected.message
        return escape(cut(f"{state.value}, {then}: {what}{place}. {said}", 600))
    said = deployment.ended.message if deployment.ended else ""
    # An early end may quote a message; the word of success belongs to the real one alone.
    return escape(cut(f"{state.value}: {what}{place}. {said}".strip(), 600))


def _status(deployment: Deployment, facts: CardFacts) -> str:
    state = deployment.state
    parts = [f"{icons.STATE[state]} *{state.value}*"]
    if state is State.RUNNING:
        if len(deployment.waves) > 1 and deployment.wave >= 0:
            parts.append(f"wave {deployment.wave + 1} of {len(deployment.waves)}")
        parts.append(_step(deployment))
    begin = deployment.started_at or deployment.request.at
    parts.append(elapsed(begin, deployment.ended_at or facts.now))
    lines = [" · ".join(part for part in parts if part)]
    done, total = totals(deployment, facts.progress)
    if state is State.RUNNING and total:
        lines.append(f"{bar(done, total)}  {done} of {count(total, 'resource')} ready")
    if deployment.corrected:
        mark = "✅" if deployment.corrected.healthy else icons.WARNING
        lines.append(f"{mark} {escape(deployment.corrected.message)}")
    return "\n".join(lines)


def _step(deployment: Deployment) -> str:
    if deployment.cancel:
        return "putting the earlier tags back" if deployment.cancel.revert else "stopping"
    if not deployment.planned:
        return "reading Git and Argo CD"
    if deployment.request.kind == "deploy" and not deployment.commit:
        return "committing the tags"
    return "syncing"


def _origin(deployment: Deployment) -> list[str]:
    request = deployment.request
    parts = [f"Asked for by {who(request.actor)}"]
    if request.reason:
        parts.append(f"“{escape(cut(' '.join(request.reason.split()), 300))}”")
    if deployment.found:
        line = build_line(deployment.found.build)
        if line:
            parts.append(line)
    if request.retry_of:
        parts.append(f"Retry of {code(request.retry_of)}")
    return parts


def _queue(deployment: Deployment, facts: CardFacts) -> list[Block]:
    if deployment.state is not State.QUEUED:
        return []
    if deployment.held:
        ahead = _reference(deployment.held.by, facts)
        ended = deployment.held.outcome
        return [section(f"Held: {ahead} ended *{ended}*. Look at it, then go on or cancel.")]
    if deployment.queued:
        ahead_all = listed([_reference(key, facts) for key in deployment.queued.behind], 3)
        apps = listed([code(app) for app in deployment.queued.applications], 4)
        return [section(f"Behind {ahead_all}, which uses {apps}. It starts by itself.")]
    if deployment.request.when_green and not deployment.found:
        return [section(f"Waiting for build {deployment.request.when_green} to become green.")]
    return []


def _reference(key: str, facts: CardFacts) -> str:
    url = facts.links.get(key, "")
    return link(url, key) if url else code(key)


def _what(deployment: Deployment) -> list[Block]:
    if deployment.request.kind == "sync" or not deployment.planned:
        return []
    plan = deployment.planned.plan
    lines = image_lines(plan.changes)
    if deployment.commit and not deployment.commit.changed:
        lines.append("Git already had these tags: no commit was needed.")
    blocks: list[Block] = [section("\n".join(lines))] if lines else []
    if deployment.planned.note:
        blocks.append(context(escape(cut(deployment.planned.note, 600))))
    blocks.append(section("\n".join(commit_lines(plan.commits))))
    if deployment.found and deployment.found.newer and not deployment.ended:
        blocks.append(context(newer_line(deployment.found.newer)))
    return blocks


def _after(deployment: Deployment) -> list[Block]:
    blocks: list[Block] = []
    left = deployment.planned.plan.left_out if deployment.planned else ()
    if left:
        whys: dict[str, list[str]] = {}
        for each in left:
            whys.setdefault(each.why, []).append(code(each.application))
        blocks.append(
            context(*[f"Left out: {listed(names)}: {escape(why)}" for why, names in whys.items()])
        )
    ended = deployment.ended
    if ended is None:
        return blocks
    waiting = not_attempted(deployment) if told_by_objects(deployment) else ()
    if waiting:
        blocks.append(section(f"Not attempted: {listed([code(name) for name in waiting], 12)}."))
    elif deployment.state is not State.SUCCEEDED and not deployment.runs:
        blocks.append(section(fence(ended.message, 1200)))
    elif ended.message and not told_by_objects(deployment):
        blocks.append(section(escape(cut(ended.message, 1200))))
    if ended.next_step:
        blocks.append(section(f"*Next:* {escape(cut(ended.next_step, 600))}"))
    return blocks


def _foot(deployment: Deployment, facts: CardFacts) -> str:
    parts = [code(deployment.id)]
    if deployment.commit:
        parts.append(f"Git {code(deployment.commit.sha[:7])}")
    plan = deployment.planned.plan if deployment.planned else None
    parts += [escape(warning) for warning in (plan.warnings if plan else ())]
    if facts.newer:
        parts.append(f"Newer: {_reference(facts.newer, facts)}")
    return " · ".join(parts)
