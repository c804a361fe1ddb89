"""What an approval's progress says in the deployment's thread (pure)."""

from __future__ import annotations

from bot.deployments.approvals.approval import Approval
from bot.deployments.deployment import Deployment
from bot.deployments.events import (
    ApprovalLapsed,
    ApprovalReminded,
    ApprovalRequested,
    Approved,
)
from bot.views import icons
from bot.views.approval_card import spoken, voices
from bot.views.blocks import cut, escape, when
from bot.views.title import title
from bot.views.wording import listed, who


def approval_stage(
    deployment: Deployment,
    event: ApprovalRequested | ApprovalReminded | Approved | ApprovalLapsed,
) -> str:
    """One sentence or two, as mrkdwn; those who must act are mentioned."""
    approval = deployment.approval
    match event:
        case ApprovalRequested():
            asker = who(deployment.request.actor)
            said = f"{asker} asks for approval: *{escape(title(deployment))}*"
            return (
                f"{_called(event.notify, event.approvers)} {said}, until {when(event.expires_at)}."
            )
        case ApprovalReminded() if approval is not None:
            whom = approval.asked.backup if event.to == "backup" else approval.asked.approvers
            until = when(approval.asked.expires_at)
            return (
                f"{_called(event.notify, whom)} still waiting for approval: "
                f"*{escape(title(deployment))}*; it expires {until}."
            )
        case Approved() if approval is not None:
            return _approved(deployment, event, approval)
        case ApprovalLapsed():
            why = escape(cut(event.why, 400))
            told = listed([who(deployment.request.actor), *(who(a) for a in event.approved_by)])
            return f"{icons.WARNING} {told}: the approval is void. {why} It is asked for anew."
        case _:
            return ""


def _approved(deployment: Deployment, event: Approved, approval: Approval) -> str:
    over = f" Override: “{escape(cut(event.override, 300))}”" if event.override else ""
    if approval.is_granted:
        asker = who(deployment.request.actor)
        return f"✅ {asker} approved by {who(event.actor)}: it goes on.{over}"
    return f"✅ Approved by {who(event.actor)}; {voices(approval)}.{over}"


def _called(notify: tuple[str, ...], subjects: tuple[str, ...]) -> str:
    """Mentions where Slack's ids are known, names where they are not."""
    mentions = [f"<!subteam^{each}>" if each.startswith("S") else f"<@{each}>" for each in notify]
    return listed(mentions or [escape(spoken(each)) for each in subjects], 4)
