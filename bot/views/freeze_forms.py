"""The forms around freezes: to ask for one, and to confirm what it stops (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.deployments.deployment import Deployment
from bot.views.blocks import plain, section
from bot.views.freezes import what_stopping_means
from bot.views.inputs import checkbox, input_block, menu_of, optional, text
from bot.views.message import Block, Modal
from bot.views.wording import count


def ask(scopes: Sequence[str]) -> Modal:
    """`/shipmate freeze` as a form."""
    blocks = [
        input_block("environment", "What to freeze", menu_of(scopes)),
        optional(input_block("until", "Until", text(60), "18:00, 2h or friday 17:00.")),
        input_block("reason", "Reason", text(300), "Shown to everyone it stops."),
        optional(
            input_block(
                "more", "Rollbacks", checkbox("Freeze rollbacks too", "including-rollbacks")
            )
        ),
    ]
    return Modal("Freeze", "form:freeze", blocks, submit="Freeze", close="Cancel")


def confirm_stop(deployments: Sequence[Deployment], line: str) -> Modal:
    """Which running deployments would be cancelled, and what that does to each."""
    said = (
        f"This cancels {count(len(deployments), 'running deployment')}. What is in Git already is "
        "taken back: where Argo CD syncs by itself, only to stop waiting would stop nothing."
    )
    blocks: list[Block] = [
        {"type": "section", "text": plain(said, 3000)},
        section("\n".join(what_stopping_means(deployments))),
    ]
    return Modal(
        "Freeze and stop", "form:freeze", blocks, submit="Freeze", close="Go Back", line=line
    )
