"""The modals that stand in for a command's words (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.deployments.deployment import Deployment, Stage
from bot.deployments.endings import running_the_commit
from bot.views.blocks import Element, code, escape, plain, section
from bot.views.inputs import checkbox, input_block, menu_of, option, optional, radio, text
from bot.views.message import Block, Modal
from bot.views.title import title
from bot.views.wording import count, listed

if TYPE_CHECKING:
    from bot.catalog import Catalog, CatalogApplication

_NAMES = 60
_NAMED_IN_HINT = 3


def deploy(catalog: Catalog) -> Modal:
    """`/deploy` as a form: the same fields as its words. block_id is the field's name."""
    environments = [each.name for each in catalog.environments]
    named = [each.name for each in catalog.environments if not each.takes_builds]
    tag_hint = "Empty: the newest green build. For example sha-1a2b3c4."
    if named:
        tag_hint += f" Has to be named for {listed(named, _NAMED_IN_HINT)}."
    services = [image.service for image in catalog.images_of(catalog.environments[0].name)]
    blocks = [
        input_block("environment", "Environment", menu_of(environments)),
        optional(input_block("tag", "Tag", text(128), tag_hint)),
        optional(
            input_block("services", "Services", menu_of(services, many=True), "None: all of them.")
        ),
        optional(
            input_block("reason", "Reason", text(300), "Shown on the card and kept in the commit.")
        ),
        _dry_run(),
    ]
    return Modal("Deploy", "form:deploy", blocks, submit="Deploy", close="Cancel")


def cancel(deployment: Deployment) -> Modal:
    """Which way to stop, once the commit may be in Git; says what already runs the new image."""
    named = f"*{escape(title(deployment))}* {code(deployment.id)}\n"
    blocks: list[Block] = [section(named + _what_cancelling_means(deployment))]
    if deployment.commit_intended:
        blocks.append(input_block("how", "How should it stop?", _ways_to_stop()))
    return Modal(
        "Cancel deployment",
        "form:cancel",
        blocks,
        submit="Stop",
        close="Keep It",
        line=deployment.id,
    )


def _what_cancelling_means(deployment: Deployment) -> str:
    if not deployment.commit_intended:
        running = [n for n, run in deployment.runs.items() if run.stage is Stage.SYNCING]
        if running:
            return f"Stops the operations that run now: {_names(running)}."
        return "Nothing has been changed yet, and nothing will be."
    touched = running_the_commit(deployment)
    if not touched:
        return "The commit is in Git, or on its way; no application was asked to sync yet."
    said = f"Already running the new image, or about to: {_names(touched)}."
    itself = [name for name in touched if deployment.runs[name].planned.auto_sync]
    if itself:
        verb = "syncs by itself" if len(itself) == 1 else "sync by themselves"
        said += f" {_names(itself)} {verb}: only Stop and Revert keeps the new image from there."
    return said


def _names(names: Sequence[str]) -> str:
    return listed([code(name) for name in names], _NAMES)


def _ways_to_stop() -> Element:
    return radio(
        [
            option("Stop and Revert", "revert", "Puts the earlier tags back and syncs them"),
            option("Stop Waiting", "stop", "Leaves Git and the applications as they are"),
        ]
    )


def _dry_run(description: str = "") -> Block:
    box = checkbox("Only show what would change", "dry-run", description)
    return optional(input_block("dry_run", "Dry run", box))


def sync(catalog: Catalog) -> Modal:
    """`/sync` as a form: one category or application."""
    words = ["all", *(each.name for each in catalog.categories)]
    words += [app.name for app in catalog.applications]
    blocks = [
        input_block("application", "What to sync", menu_of(words)),
        _dry_run("Argo CD's dry run; a sync by others waits"),
    ]
    return Modal("Sync", "form:sync", blocks, submit="Sync", close="Cancel")


def confirm_sync(
    application: str, replaced: Sequence[str], deleted: Sequence[str], line: str
) -> Modal:
    """Names the objects that would be replaced or deleted and asks for the name to be typed.

    `line` is the command line that the submission enters with its confirmation.
    """
    blocks: list[Block] = []
    if "--force" in line:
        blocks.append(_named(f"To be replaced in {application}", replaced))
    if "--prune" in line:
        blocks.append(_named(f"To be deleted from {application}", deleted))
    blocks.append(input_block("confirm", f"Type {application} to go on", text(253)))
    title = "Force the sync" if "--force" in line else "Sync and prune"
    return Modal(title, "form:sync", blocks, submit="Sync", close="Go Back", line=line)


def confirm_shared(
    applications: Sequence[CatalogApplication], line: str, *, only: str = ""
) -> Modal:
    """How many applications, of which categories, every environment uses; and which they are.
    `only` is the one object that is synced of them.
    """
    categories: dict[str, list[str]] = {}
    for app in applications:
        categories.setdefault(app.category, []).append(app.name)
    many = f"{count(len(applications), 'shared application')} of {listed(list(categories), 20)}"
    said = f"This syncs {f'{only} alone, of ' if only else ''}{many}. Every environment uses what is shared."
    blocks: list[Block] = [{"type": "section", "text": plain(said, 3000)}]
    blocks += [_named(category, names) for category, names in categories.items()]
    return Modal("Confirm the sync", "form:sync", blocks, submit="Sync", close="Go Back", line=line)


def _named(what: str, names: Sequence[str]) -> Block:
    """Every name, as far as a section holds them."""
    shown = listed(list(names), _NAMES) if names else "none that Argo CD knows of now"
    return {"type": "section", "text": plain(f"{what}: {shown}", 3000)}
