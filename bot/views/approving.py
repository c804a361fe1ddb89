"""What people are answered when they decide on a plan, and the forms they decide in (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.access import Actor
from bot.deployments.deployment import Deployment
from bot.deployments.gates.gate import Gate
from bot.views import icons
from bot.views.approval_card import review_blocks, scope_sentence, voices
from bot.views.blocks import code, context, cut, escape, header, link, plain, section, when
from bot.views.card_facts import CardFacts
from bot.views.changes import commit_lines, digest_line, image_lines
from bot.views.fit import fit
from bot.views.inputs import input_block, text
from bot.views.message import Block, Message, Modal
from bot.views.replies import already_over
from bot.views.title import title
from bot.views.wording import count, elapsed, listed, quoted, who


def waiting_list(
    deployments: Sequence[Deployment],
    links: Mapping[str, str],
    shut: Mapping[str, Sequence[Gate]],
    now: datetime,
) -> Message:
    """Everything that waits for an approval, the longest first; `shut` are the gates that memory
    knows to be closed to each now.
    """
    if not deployments:
        said = "Nothing waits for an approval."
        return Message(text=said, blocks=[section(said)])
    said = f"{count(len(deployments), 'request waits', 'requests wait')} for an approval."
    blocks: list[Block] = [header("Waiting for approval")]
    for each in deployments[:20]:
        url = links.get(each.id, "")
        name = link(url, title(each)) if url else f"*{escape(title(each))}*"
        parts = [who(each.request.actor), f"asked {elapsed(each.request.at, now)} ago"]
        if each.approval:
            parts += [voices(each.approval), f"expires {when(each.approval.asked.expires_at)}"]
        blocks.append(section(f"{icons.STATE[each.state]} {name}\n{' · '.join(parts)}"))
        names = dict.fromkeys(gate.name.value for gate in shut.get(each.id, ()))
        closed = f"⛔ Shut now: {listed([*names])}." if names else ""
        blocks.append(context(f"{code('/shipmate approve ' + each.id)} shows the plan.", closed))
    left = len(deployments) - 20
    if left > 0:
        blocks.append(context(f"… and {left} more"))
    return Message(text=said, blocks=fit(blocks))


def confirm_modal(deployment: Deployment, facts: CardFacts, line: str) -> Modal:
    """The plan once more in full, with the one button that approves it; none while memory knows
    of a gate that is shut.
    """
    blocks: list[Block] = [section(f"*{escape(title(deployment))}*")]
    blocks.append({"type": "section", "text": plain(scope_sentence(deployment), 3000)})
    request, plan = deployment.request, deployment.plan
    reason = f": {quoted(request.reason)}" if request.reason else ""
    blocks.append(section(f"Asked for by {who(request.actor)}{reason}"))
    if plan and plan.changes:
        blocks.append(section("\n".join(image_lines(plan.changes))))
        if digests := digest_line(plan.changes, whole=True):
            blocks.append(context(digests))
    if plan and request.sync is None:
        blocks.append(section("\n".join(commit_lines(plan.commits, 20))))
    blocks += review_blocks(deployment, facts, commits=20)
    if facts.closed:
        shut = "It can be approved once what is shut above is open: look again then."
        return Modal("Approve", "", fit([*blocks, context(shut)]))
    return Modal(
        "Approve", "form:approve", fit(blocks), submit="Approve", close="Go Back", line=line
    )


def reject_modal(deployment: Deployment, line: str) -> Modal:
    """Asks for the reason, which the requester and the record get."""
    blocks: list[Block] = [
        section(f"*{escape(title(deployment))}*, asked for by {who(deployment.request.actor)}"),
        input_block(
            "reason",
            "Why not",
            text(1000, lines=True),
            "The requester reads it, and it is recorded.",
        ),
    ]
    return Modal("Reject", "form:reject", blocks, submit="Reject", close="Go Back", line=line)


def decided(deployment: Deployment, actor: Actor) -> Message:
    """What came of a decision."""
    approval, name = deployment.approval, escape(title(deployment))
    if approval and approval.rejected:
        mine = approval.rejected.actor.subject == actor.subject
        by = "You rejected it" if mine else f"{who(approval.rejected.actor)} rejected it first"
        said = f"{by}: {name}. Nothing is changed."
    elif approval is None or not approval.has_said_yes(actor.subject):
        return _overtaken(deployment)
    elif approval.is_granted:
        said = f"Approved: {name}. The plan is checked once more, and then it starts."
    else:
        said = f"Your approval counts: {name}; {voices(approval)}."
    return Message(text=said, blocks=[section(said)])


def _overtaken(deployment: Deployment) -> Message:
    """A decision that was not taken, for something else came first."""
    if deployment.ended or deployment.cancel:
        return already_over(deployment)
    if deployment.is_approved:
        return already_decided(deployment)
    return plan_moved(deployment)


def already_decided(deployment: Deployment) -> Message:
    """A late click on what has been approved already."""
    approval = deployment.approval
    by = ", ".join(who(each.actor) for each in approval.approved) if approval else ""
    said = f"{escape(title(deployment))} was approved already{f' by {by}' if by else ''}."
    return Message(text=said, blocks=[section(said)])


def expired(deployment: Deployment) -> Message:
    """A click that comes after the end of the time to decide."""
    said = f"{escape(title(deployment))} expired before you decided; nothing is changed."
    return Message(text=said, blocks=[section(said)])


def plan_moved(deployment: Deployment) -> Message:
    """A click on a plan that is another by now."""
    why = f" {escape(cut(deployment.lapsed.why, 600))}" if deployment.lapsed else ""
    said = (
        f"What you saw of {code(deployment.id)} is not what it would do now, so nothing was "
        f"decided.{why} Look at its card again."
    )
    return Message(text=said, blocks=[section(said)])
