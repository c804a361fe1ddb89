"""The one message of a deployment: what, where, who, why, how far, and what to do next (pure)."""

from __future__ import annotations

from bot.deployments.deployment import Deployment, State
from bot.views import icons
from bot.views.applications import application_blocks, present_wave, totals
from bot.views.approval_card import approval_blocks, voices
from bot.views.blocks import code, context, cut, escape, header, section
from bot.views.buttons import card_buttons
from bot.views.card_facts import CardFacts, reference
from bot.views.changes import (
    build_line,
    commit_lines,
    digest_line,
    image_lines,
    newer_line,
    reverted_lines,
)
from bot.views.end import end_blocks
from bot.views.failure import note_lines
from bot.views.fit import fit
from bot.views.message import Block, Message
from bot.views.phase import phase
from bot.views.reviewing import review_line
from bot.views.title import title
from bot.views.waiting import queue_blocks, replaced_blocks
from bot.views.wording import bar, count, elapsed, quoted, who

__all__ = ["CardFacts", "card", "card_blocks", "headline"]

_HEADLINE = 600
_FEW = 5


def card(deployment: Deployment, facts: CardFacts) -> Message:
    """The whole card. Its text begins with the state and names environment and tag."""
    blocks, firm = card_blocks(deployment, facts)
    buttons = card_buttons(
        deployment, facts.argocd_url, is_newest=facts.is_newest, way_back=facts.way_back
    )
    whole = [*blocks, buttons] if buttons else blocks
    return Message(text=headline(deployment, facts), blocks=fit(whole, firm))


def card_blocks(
    deployment: Deployment, facts: CardFacts, commits: int = _FEW
) -> tuple[list[Block], list[Block]]:
    """All of it but the buttons, with at most so many commits; and which of it gives way last."""
    blocks: list[Block] = [header(title(deployment)), section(_status(deployment, facts))]
    blocks.append(context(*_origin(deployment, facts)))
    note = facts.progress.get("")
    if note and note.why and not deployment.ended:
        why = cut(note.why, 300).rstrip(".")
        blocks.append(context(f"{icons.WARNING} {escape(why)}; trying again."))
    blocks += queue_blocks(deployment, facts)
    blocks += replaced_blocks(facts)
    blocks += _what(deployment, commits)
    blocks += approval_blocks(deployment, facts)
    blocks += application_blocks(deployment, facts.progress, facts.argocd_url)
    notes = note_lines(deployment)
    if notes:
        blocks.append(context(*notes[:8]))
    end = end_blocks(deployment, facts)
    blocks += end
    blocks.append(context(_foot(deployment, facts)))
    return blocks, [*blocks[:3], *end]


def headline(deployment: Deployment, facts: CardFacts) -> str:
    """The notification: the state first, then environment and tag, as one sentence.

    What it quotes may say "Succeeded"; the word itself belongs to the real end alone.
    """
    state, said = deployment.state, _sentence(deployment, facts)
    if state is not State.SUCCEEDED:
        said = said.replace(State.SUCCEEDED.value, State.SUCCEEDED.value.lower())
    return escape(cut(f"{state.value}{said}", _HEADLINE))


def _sentence(deployment: Deployment, facts: CardFacts) -> str:
    request, what = deployment.request, " ".join(title(deployment).split())
    if deployment.state is State.RUNNING:
        done, total = totals(deployment, facts.progress, facts.sizes)
        far = f", {done} of {total} resources ready" if total else ""
        return f": {what}{far}."
    if deployment.state is State.WAITING:
        return f" for approval: {what}, asked for by {request.actor.name or request.actor.subject}."
    if deployment.state is State.QUEUED and deployment.held:
        ahead = "was a rollback" if deployment.held.outcome == "Succeeded" else "ended badly"
        return f", held: {what}; the deployment ahead {ahead}."
    place = f" ({request.environment})" if request.sync and request.environment else ""
    if deployment.corrected:
        then = "then Healthy" if deployment.corrected.healthy else "then Degraded"
        return f", {then}: {what}{place}. {deployment.corrected.message}"
    said = deployment.ended.message if deployment.ended else ""
    return f": {what}{place}. {said}".rstrip()


def _status(deployment: Deployment, facts: CardFacts) -> str:
    state = deployment.state
    what = " for approval" if state is State.WAITING else ""
    parts = [f"{icons.STATE[state]} *{state.value}*{what}"]
    if state is State.WAITING:
        approval = deployment.approval
        parts.append(voices(approval) if approval else "the plan is being made")
    if state is State.RUNNING:
        if len(deployment.waves) > 1 and deployment.wave >= 0:
            parts.append(f"wave {present_wave(deployment)}")
        parts.append(phase(deployment, facts.progress))
    begin = deployment.started_at or deployment.request.at
    parts.append(elapsed(begin, deployment.ended_at or facts.now))
    lines = [" · ".join(part for part in parts if part)]
    done, total = totals(deployment, facts.progress, facts.sizes)
    if state is State.RUNNING and total:
        lines.append(f"{bar(done, total)}  {done} of {count(total, 'resource')} ready")
    if deployment.corrected:
        mark = "✅" if deployment.corrected.healthy else icons.WARNING
        lines.append(f"{mark} {escape(cut(deployment.corrected.message, 1200))}")
    return "\n".join(lines)


def _origin(deployment: Deployment, facts: CardFacts) -> list[str]:
    request = deployment.request
    parts = [f"Asked for by {who(request.actor)}"]
    if request.retry_of:
        parts.append(f"Retry of {reference(request.retry_of, facts)}")
    if request.reason:
        parts.append(quoted(request.reason))
    seen = review_line(deployment)
    if seen:
        parts.append(seen)
    if request.break_glass:
        parts.append(f"{icons.WARNING} *Without approval: break-glass*")
    if request.override_checks:
        parts.append(f"{icons.WARNING} *Checks overridden*")
    if deployment.found:
        line = build_line(deployment.found.build)
        if line:
            parts.append(line)
    return parts


def _what(deployment: Deployment, commits: int) -> list[Block]:
    plan = deployment.plan
    if deployment.request.kind == "sync":
        return []
    if plan is None:
        return _newer(deployment)
    if deployment.reverted:
        return [section("\n".join(reverted_lines(plan.changes)))]
    lines = image_lines(plan.changes)
    if deployment.commit and not deployment.commit.changed:
        lines.append("So no commit was needed.")
    blocks: list[Block] = [section("\n".join(lines))] if lines else []
    if digests := digest_line(plan.changes, whole=commits > _FEW):
        blocks.append(context(digests))
    if deployment.planned and deployment.planned.note:
        blocks.append(context(escape(cut(deployment.planned.note, 600))))
    blocks.append(
        section(
            "\n".join(
                commit_lines(plan.commits, commits, shipped=deployment.state is State.SUCCEEDED)
            )
        )
    )
    return blocks + _newer(deployment)


def _newer(deployment: Deployment) -> list[Block]:
    """What Deploy When Green waits for, as long as it can be pressed."""
    found = deployment.found
    if found is None or found.newer is None or deployment.ended:
        return []
    return [context(newer_line(found.newer))]


def _foot(deployment: Deployment, facts: CardFacts) -> str:
    parts = [code(deployment.id)]
    if deployment.commit:
        parts.append(f"Git {code(deployment.commit.sha[:7])}")
    if deployment.reverted:
        parts.append(f"taken back by {code(deployment.reverted.sha[:7])}")
    plan = None if deployment.awaits_approval else deployment.plan
    said = plan.warnings if plan else ()
    if not deployment.awaits_approval:
        said = tuple(dict.fromkeys((*said, *facts.warned)))
    if deployment.ended:  # what stood over the scope then says nothing of how it ended
        said = tuple(each for each in said if "/shipmate resume" not in each)
    parts += [escape(warning) for warning in said]
    if facts.newer:
        parts.append(f"Newer: {reference(facts.newer, facts)}")
    return " · ".join(parts)
