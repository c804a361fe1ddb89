"""How a deployment ended, why, and what a person can do now (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.deployments.decide import not_attempted
from bot.deployments.deployment import Deployment, State
from bot.views import icons
from bot.views.blocks import code, context, cut, escape, fence, section, when
from bot.views.buttons import can_retry, scope
from bot.views.card_facts import CardFacts, reference
from bot.views.failure import correction_block, failure_blocks, told_by_objects
from bot.views.message import Block
from bot.views.wording import listed, quoted, who


def end_blocks(deployment: Deployment, facts: CardFacts) -> list[Block]:
    """What was left out; then, once it has ended, the reasons, the rest and the next step."""
    blocks = _left_out(deployment)
    ended = deployment.ended
    if ended is None:
        return blocks
    if deployment.corrected:
        blocks += correction_block(deployment.corrected)
    if deployment.corrected is None or not deployment.corrected.healthy:
        blocks += failure_blocks(deployment)
        blocks += _said(deployment)
    if facts.taken_back:
        blocks.append(_rolled_back(facts.taken_back, facts))
    step = next_step(deployment, facts.behind, is_newest=facts.is_newest)
    if step:
        blocks.append(section(f"*Next:*{after_next(step)}{step}"))
    return blocks


def _rolled_back(back: Deployment, facts: CardFacts) -> Block:
    """Who took it back since, when and why."""
    request = back.request
    why = f": {quoted(request.reason)}" if request.reason.strip() else ""
    by = f"{who(request.actor)}, {when(request.at)}{why}"
    return section(f"{icons.BACK} *Rolled back* by {by} ({reference(back.id, facts)})")


def next_step(deployment: Deployment, behind: Sequence[Deployment], *, is_newest: bool) -> str:
    """What can be done now, as mrkdwn; it names no button that is not there."""
    ended, corrected = deployment.ended, deployment.corrected
    if ended is None:
        return ""
    if corrected:
        return escape(cut(corrected.next_step, 600))
    parts = [escape(cut(ended.next_step, 600))]
    waiting = [other for other in behind if other.started_at is None]
    if deployment.holds_queue and waiting:
        first = waiting[0]
        more = f" and {len(waiting) - 1} more wait" if len(waiting) > 1 else " waits"
        parts.append(
            f"The queue is held: {code(first.id)} of {who(first.request.actor)}{more}. "
            "Go On on its card starts it alone; Resume Queue starts all that wait."
        )
    elif is_newest and can_retry(deployment) and deployment.state is not State.CANCELLED:
        again = "asks for it, and for its approval, again"
        parts.append(f"Retry {again if deployment.request.needs_approval else 'starts it over'}.")
    elif is_newest and deployment.is_rollback and deployment.state.ended_badly:
        parts.append(f"{code(f'/rollback {scope(deployment)}')} asks for it anew.")
    between = "\n" if "\n" in parts[0] else " "
    return between.join(part for part in parts if part)


def after_next(step: str) -> str:
    """What stands between "Next:" and the step: several have lines of their own."""
    return "\n" if "\n" in step else " "


def _left_out(deployment: Deployment) -> list[Block]:
    whys: dict[str, list[str]] = {}
    for each in deployment.planned.plan.left_out if deployment.planned else ():
        whys.setdefault(each.why, []).append(code(each.application))
    if not whys:
        return []
    return [context(*[f"Left out: {listed(names)}: {escape(why)}" for why, names in whys.items()])]


def _said(deployment: Deployment) -> list[Block]:
    ended = deployment.ended
    if ended is None or (deployment.corrected and not deployment.corrected.healthy):
        return []
    by = f"Cancelled by {who(deployment.cancel.actor)}. " if deployment.cancel else ""
    waiting = not_attempted(deployment) if told_by_objects(deployment) else ()
    if waiting:
        return [section(f"Not attempted: {listed([code(name) for name in waiting], 12)}.")]
    if deployment.state is State.FAILED and not told_by_objects(deployment):
        return [section(fence(ended.message, 1200))]
    if told_by_objects(deployment):
        return [section(by)] if by else []
    said = by + escape(cut(ended.message, 1200))
    return [section(said)] if said else []
