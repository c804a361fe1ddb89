"""The forms around freezes: to ask for one, and to confirm what it stops (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.deployments.deployment import Deployment
from bot.views.blocks import Element, plain, section
from bot.views.freezes import what_stopping_means
from bot.views.message import Block, Modal
from bot.views.wording import count


def ask(scopes: Sequence[str]) -> Modal:
    """`/shipmate freeze` as a form."""
    blocks = [
        _input("environment", "What to freeze", _select("environment", scopes)),
        _input("until", "Until", _text("until"), hint="18:00, 2h or friday 17:00.", optional=True),
        _input("reason", "Reason", _text("reason", 300), hint="Shown to everyone it stops."),
        _input(
            "more",
            "Rollbacks",
            {
                "type": "checkboxes",
                "action_id": "more",
                "options": [_option("Freeze rollbacks too", "including-rollbacks")],
            },
            optional=True,
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


def _input(
    block_id: str, label: str, element: Element, *, hint: str = "", optional: bool = False
) -> Block:
    block: dict[str, object] = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, 2000),
        "element": element,
        "optional": optional,
    }
    if hint:
        block["hint"] = plain(hint, 2000)
    return block


def _text(action_id: str, longest: int = 60) -> Element:
    return {"type": "plain_text_input", "action_id": action_id, "max_length": longest}


def _select(action_id: str, options: Sequence[str]) -> Element:
    return {
        "type": "static_select",
        "action_id": action_id,
        "options": [_option(each, each) for each in options[:100]],
    }


def _option(text: str, value: str) -> Element:
    return {"text": plain(text, 75), "value": value}
