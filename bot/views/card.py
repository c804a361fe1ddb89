"""The one message of a deployment: what, where, who, why, how far, and what to do next (pure)."""

from __future__ import annotations

from bot.deployments.deployment import Deployment, State
from bot.views import icons
from bot.views.applications import application_blocks, totals
from bot.views.blocks import MESSAGE_BLOCKS, code, context, cut, escape, header, section
from bot.views.buttons import card_buttons
from bot.views.card_facts import CardFacts, reference
from bot.views.changes import build_line, commit_lines, image_lines, newer_line, reverted_lines
from bot.views.end import end_blocks
from bot.views.failure import note_lines
from bot.views.message import Block, Message
from bot.views.phase import phase
from bot.views.title import title
from bot.views.waiting import queue_blocks
from bot.views.wording import bar, count, elapsed, who

__all__ = ["CardFacts", "card", "card_blocks", "headline"]


def card(deployment: Deployment, facts: CardFacts) -> Message:
    """The whole card. Its text begins with the state and names environment and tag."""
    blocks = card_blocks(deployment, facts)
    buttons = card_buttons(deployment, facts.argocd_url, is_newest=facts.is_newest)
    kept = blocks[: MESSAGE_BLOCKS - 1]
    return Message(text=headline(deployment, facts), blocks=[*kept, buttons] if buttons else kept)


def card_blocks(deployment: Deployment, facts: CardFacts, commits: int = 5) -> list[Block]:
    """All of it but the buttons, with at most so many commits."""
    blocks: list[Block] = [header(title(deployment)), section(_status(deployment, facts))]
    blocks.append(context(*_origin(deployment, facts)))
    note = facts.progress.get("")
    if note and note.why and not deployment.ended:
        why = cut(note.why, 300).rstrip(".")
        blocks.append(context(f"{icons.WARNING} {escape(why)}; trying again."))
    blocks += queue_blocks(deployment, facts)
    blocks += _what(deployment, commits)
    blocks += application_blocks(deployment, facts.progress, facts.argocd_url)
    notes = note_lines(deployment)
    if notes:
        blocks.append(context(*notes[:8]))
    blocks += end_blocks(deployment, facts)
    blocks.append(context(_foot(deployment, facts)))
    return blocks


def headline(deployment: Deployment, facts: CardFacts) -> str:
    """The notification: the state first, then environment and tag, as one sentence."""
    request = deployment.request
    what = title(deployment)
    state = deployment.state
    if state is State.RUNNING:
        done, total = totals(deployment, facts.progress, facts.sizes)
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
        parts.append(phase(deployment, facts.progress))
    begin = deployment.started_at or deployment.request.at
    parts.append(elapsed(begin, deployment.ended_at or facts.now))
    lines = [" · ".join(part for part in parts if part)]
    done, total = totals(deployment, facts.progress, facts.sizes)
    if state is State.RUNNING and total:
        lines.append(f"{bar(done, total)}  {done} of {count(total, 'resource')} ready")
    if deployment.corrected:
        mark = "✅" if deployment.corrected.healthy else icons.WARNING
        lines.append(f"{mark} {escape(deployment.corrected.message)}")
    return "\n".join(lines)


def _origin(deployment: Deployment, facts: CardFacts) -> list[str]:
    request = deployment.request
    parts = [f"Asked for by {who(request.actor)}"]
    if request.retry_of:
        parts.append(f"Retry of {reference(request.retry_of, facts)}")
    if request.reason:
        parts.append(f"“{escape(cut(' '.join(request.reason.split()), 300))}”")
    if deployment.found:
        line = build_line(deployment.found.build)
        if line:
            parts.append(line)
    return parts


def _what(deployment: Deployment, commits: int) -> list[Block]:
    if deployment.request.kind == "sync" or not deployment.planned:
        return []
    plan = deployment.planned.plan
    if deployment.reverted:
        return [section("\n".join(reverted_lines(plan.changes)))]
    lines = image_lines(plan.changes)
    if deployment.commit and not deployment.commit.changed:
        lines.append("Git already had these tags: no commit was needed.")
    blocks: list[Block] = [section("\n".join(lines))] if lines else []
    if deployment.planned.note:
        blocks.append(context(escape(cut(deployment.planned.note, 600))))
    blocks.append(section("\n".join(commit_lines(plan.commits, commits))))
    if deployment.found and deployment.found.newer and not deployment.ended:
        blocks.append(context(newer_line(deployment.found.newer)))
    return blocks


def _foot(deployment: Deployment, facts: CardFacts) -> str:
    parts = [code(deployment.id)]
    if deployment.commit:
        parts.append(f"Git {code(deployment.commit.sha[:7])}")
    if deployment.reverted:
        parts.append(f"taken back by {code(deployment.reverted.sha[:7])}")
    plan = deployment.planned.plan if deployment.planned else None
    parts += [escape(warning) for warning in (plan.warnings if plan else ())]
    if facts.newer:
        parts.append(f"Newer: {reference(facts.newer, facts)}")
    return " · ".join(parts)
