"""The buttons of a deployment's card, each a command with its words (pure)."""

from __future__ import annotations

from bot.deployments.deployment import Deployment, Stage
from bot.deployments.rollbacks.offer import Offer
from bot.grammar import join
from bot.views.applications import application_url
from bot.views.approval_card import decision_buttons
from bot.views.blocks import BUTTON_VALUE, Element, actions, button, confirm
from bot.views.message import Block
from bot.views.title import title
from bot.views.wording import listed


def card_buttons(
    deployment: Deployment, argocd_url: str, *, is_newest: bool, way_back: Offer | None = None
) -> Block | None:
    """What can be done now; on an older card of the scope only what looks.

    A review belongs to what it is about, however old that is; a way back to what brought it where
    it is, whoever asks for something else meanwhile.
    """
    row: list[Element] = []
    if not deployment.state.has_ended:
        row += _open(deployment)
    elif is_newest and can_retry(deployment):
        row.append(button("Retry", "run:retry", deployment.id, style="primary"))
    elif is_newest and deployment.is_rollback and deployment.state.ended_badly and not way_back:
        row.append(button("Roll Back Again", "run:rollback", scope(deployment), style="primary"))
    if deployment.ended and way_back:
        row.append(_roll_back(deployment, way_back))
    if deployment.ended and deployment.awaits_review:
        row.append(button("Mark Reviewed", "run:review", deployment.id))
    url = _argocd(deployment, argocd_url)
    if url:
        row.append(button("Argo CD", "link:argocd", url=url))
    row.append(button("Details", "run:show", f"{deployment.id} --window"))
    return actions(*row, block_id=f"card:{deployment.id}:{deployment.version}")


def _roll_back(deployment: Deployment, offer: Offer) -> Element:
    """One question is enough, where nobody said that it is not safe: else a form asks."""
    request, label = deployment.request, f"Roll Back to {offer.tag}"
    words = f"{request.environment} {offer.key} --after {deployment.id}"
    if offer.unsafe:
        return button(label, "run:rollback", words, style="danger")
    text = (
        f"{request.environment} goes back to {offer.tag}: {listed(offer.services, 8)}. It goes at "
        "once where that ran well here before, and holds automation until somebody resumes."
    )
    asked = confirm("Roll back?", text, "Roll Back", "Keep It", style="danger")
    return button(label, "run:rollback", f"{words} --yes", style="danger", confirm=asked)


def can_retry(deployment: Deployment) -> bool:
    """Whether Retry starts the same over: not where objects would be replaced or deleted, and no
    rollback, for what it may go back to is judged anew.
    """
    sync = deployment.request.sync
    same = not deployment.is_rollback and not (sync and sync.is_sharp)
    return deployment.state.ended_badly and same


def scope(deployment: Deployment) -> str:
    """What `/rollback` calls where it rolls back: the environment, or Argo CD's application."""
    request = deployment.request
    return request.sync.words if request.sync else request.environment


def _open(deployment: Deployment) -> list[Element]:
    row: list[Element] = decision_buttons(deployment)
    if deployment.newer and deployment.awaits_approval:
        row += _update(deployment)
    if deployment.held:
        row.append(button("Go On", "run:queue resume", deployment.id, style="primary"))
        row.append(button("Resume Queue", "run:queue resume:all", f"{deployment.id} --all"))
    newer = deployment.found.newer if deployment.found else None
    if newer:
        words = f"{deployment.request.environment} --when-green {newer.run_id}"
        row.append(button("Deploy When Green", "run:deploy", words))
    if deployment.cancel is None:
        row.append(_cancel(deployment))
    return row


def _update(deployment: Deployment) -> list[Element]:
    """The same request for what is newer by now; one that needs a tag of its own is typed."""
    request, newer = deployment.request, deployment.newer
    if request.purpose == "promotion":
        command, words = "promote", (request.source, request.environment)
    elif newer is not None and deployment.tag.startswith("sha-"):
        command, words = "deploy", (request.environment, newer.tag)
    else:
        return []
    reason = ("--reason", request.reason) if request.reason else ()
    for more in ((*request.services, *reason), request.services):
        line = join([*words, *more])
        if len(line) <= BUTTON_VALUE:
            return [button("Update Request", f"run:{command}", line)]
    return []


def _cancel(deployment: Deployment) -> Element:
    """Before anything is written one question is enough; after that a form asks which way."""
    if deployment.request.kind == "deploy" and deployment.commit_intended:
        return button("Cancel", "run:cancel", deployment.id)
    running = [name for name, run in deployment.runs.items() if run.stage is Stage.SYNCING]
    named = f"{title(deployment)} ({deployment.id}). "
    if running:
        text = f"{named}Stops the operations that run now: {', '.join(running)}."
    else:
        text = f"{named}Nothing has been changed yet, and nothing will be."
    asked = confirm("Cancel this deployment?", text, "Cancel Deployment", "Keep It", style="danger")
    return button("Cancel", "run:cancel", deployment.id, confirm=asked)


def _argocd(deployment: Deployment, argocd_url: str) -> str:
    planned = deployment.plan.applications if deployment.plan else ()
    return application_url(argocd_url, planned[0]) if planned else ""
