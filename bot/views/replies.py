"""What a person is answered when something was asked for (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.deployments.approvals.review import TakenBack
from bot.deployments.deployment import Deployment
from bot.deployments.events import DeploymentRequested
from bot.views import icons
from bot.views.blocks import MESSAGE_TEXT, code, context, escape, link, section, shortened
from bot.views.message import Message, Modal
from bot.views.taken_back import taken_back_line
from bot.views.wording import listed, who


def deployment_requested(
    request: DeploymentRequested, left_out: Sequence[str] = (), back: TakenBack | None = None
) -> Message:
    """It is written down; the card tells the rest. `back` took the same tag back before."""
    where = escape(request.channel)
    if request.sync:
        begins = "is asked for" if request.needs_approval else "is under way"
        kind = "A dry run of the sync" if request.sync.dry_run else "The sync"
        said = f"{kind} of *{escape(request.sync.words)}* {begins}; its card is in {where}."
        if request.sync.dry_run:
            said += " It occupies each application's operation while it runs."
    else:
        what = code(request.tag) if request.tag else "The newest green build"
        if request.when_green:
            what = f"Build {request.when_green}, once it is green,"
        only = f" ({escape(listed(request.services, 4))})" if request.services else ""
        said = f"{what}{only} goes to *{escape(request.environment)}*; its card is in {where}."
    small = [f"{code(request.id)} · {code('/shipmate deployments')}"]
    if request.needs_approval:
        said += " It waits there for an approval."
    if left_out:
        names = listed([code(name) for name in left_out])
        need = "it needs an approval of its own"
        if len(left_out) > 1:
            need = "they need approvals of their own"
        small.append(f"Left out, for {need}: {names}")
    if back:
        said += f"\n{taken_back_line(back)}"
    return Message(text=said, blocks=[section(said), context(*small)])


def asked_to_confirm(modal: Modal, hint: str) -> Message:
    """The question of a confirming form, for doors that have no forms."""
    said = " ".join(_texts(modal))
    text = shortened(f"{said} {escape(hint)}", MESSAGE_TEXT)
    return Message(text=text, blocks=[section(said), context(escape(hint))])


def _texts(modal: Modal) -> list[str]:
    """What the form says, as mrkdwn."""
    texts = []
    for block in modal.blocks:
        part = block.get("text")
        if isinstance(part, dict):
            text = str(part["text"])
            texts.append(text if part["type"] == "mrkdwn" else escape(text))
    return texts


def stopping(deployment: Deployment, *, revert: bool) -> Message:
    """The cancellation is written down."""
    how = "the earlier tags are put back" if revert else "nothing more is done"
    said = f"{code(deployment.id)} is being cancelled: {how}."
    return Message(text=said, blocks=[section(said)])


def resumed(deployments: list[Deployment]) -> Message:
    """The held ones that go on now."""
    ids = listed([code(each.id) for each in deployments])
    said = f"Going on: {ids}."
    return Message(text=said, blocks=[section(said)])


def already_over(deployment: Deployment, newest_link: str = "") -> Message:
    """A late click: why nothing happens, and where things stand."""
    if deployment.cancel and not deployment.ended:
        by = who(deployment.cancel.actor)
        said = f"{code(deployment.id)} is being cancelled already, by {by}."
    else:
        state = deployment.state
        said = (
            f"{icons.STATE[state]} {code(deployment.id)} is {state.value}; there is nothing to do."
        )
    if newest_link:
        said += f" {link(newest_link, 'The newest deployment')} decides here."
    return Message(text=said, blocks=[section(said)])
