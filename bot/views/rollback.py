"""What can be rolled back to, what a rollback does, and what it leaves as it is (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.deployments.deployment import Deployment
from bot.deployments.events import DeploymentRequested, WantedImage
from bot.deployments.gates.span import span
from bot.deployments.rollbacks.choices import Choice, Standpoint, migrations_of, unsafe_of
from bot.views.blocks import code, context, cut, escape, section
from bot.views.inputs import input_block, menu, optional, text
from bot.views.message import Block, Message, Modal
from bot.views.title import title
from bot.views.wording import capped, count, listed, move, who

_CHOICES = 10
_LINES = 8


def choose_environment(names: Sequence[str]) -> Modal:
    """The first question where nothing was named."""
    options = [(name, name) for name in names]
    blocks = [input_block("environment", "Environment", menu(options))]
    return Modal("Roll back", "form:rollback", blocks, submit="Next", close="Cancel")


def choose_target(here: Standpoint, found: Sequence[Choice], line: str, now: datetime) -> Modal:
    """The states that can be gone back to, each beside what runs now.

    `line` is the command line so far.
    """
    where = escape(here.environment.name)
    blocks: list[Block] = [section(f"*{where}* runs {_tags(here.tags)} now.")]
    if not found:
        blocks.append(section("No earlier state is known to have run well here."))
        blocks.append(context(f"Name a tag or a revision: {code(f'/rollback {line} <tag>')}"))
        return Modal("Roll back", "form:rollback", blocks)
    shown = found[:_CHOICES]
    blocks += [section(_about(number, each, now)) for number, each in enumerate(shown, 1)]
    if len(found) > len(shown):
        blocks.append(context(f"and {len(found) - len(shown)} more; name them by tag or id"))
    options = [(f"{number}. {each.tag}", each.key) for number, each in enumerate(shown, 1)]
    blocks.append(input_block("target", "Go back to", menu(options, first=True)))
    hint = "Shown on the card and kept in the commit."
    blocks.append(optional(input_block("reason", "Reason", text(300), hint)))
    return Modal("Roll back", "form:rollback", blocks, submit="Next", close="Cancel", line=line)


def confirm(here: Standpoint, choice: Choice, running: Sequence[Deployment], line: str) -> Modal:
    """What is about to happen and what it does not undo; typed out where it is not safe.

    `line` is the command line that the submission enters.
    """
    where = here.environment.name
    lines = [f"Rolls *{escape(where)}* back to {code(choice.tag)}:", *difference(here, choice)]
    blocks: list[Block] = [section("\n".join(lines)), section("\n".join(_effects(choice, running)))]
    blocks.append(section("*Not undone*\n" + "\n".join(not_undone(choice))))
    unsafe = unsafe_line(choice)
    if unsafe:
        blocks.append(section(unsafe))
        asked = f"Type {where} to go on all the same"
        blocks.append(input_block("confirm", asked, text(100)))
    return Modal(
        "Roll back", "form:rollback", blocks, submit="Roll Back", close="Go Back", line=line
    )


def difference(here: Standpoint, choice: Choice) -> list[str]:
    """From what Git holds to what it will hold; services that move alike share a line."""
    moves: dict[tuple[str, str], list[str]] = {}
    for image in choice.images:
        moves.setdefault((here.tags[image.service], image.tag), []).append(escape(image.service))
    lines = []
    for (before, after), names in moves.items():
        everything = len(names) == len(here.tags) > 3
        what = f"All {len(names)} services" if everything else listed(names)
        lines.append(f"• {what}: {move(before, after)}")
    return capped(lines, _LINES)


def not_undone(choice: Choice) -> list[str]:
    """What stays as it is although the images go back."""
    reviews = [each.approval.asked.review for each in choice.undone if each.approval]
    migrations = migrations_of(choice.undone)
    riding = sum(len(each.riding) for each in reviews)
    lines = ["• Everything else in Git: only tags are set, by a commit on top."]
    if migrations:
        lines.append(f"• {count(len(migrations), 'migration')}: {listed(_codes(migrations), 4)}")
    else:
        lines.append("• Migrations of the database, if there were any.")
    if riding:
        lines.append(f"• {count(riding, 'Git commit')} that rode along.")
    images = {image.service for image in choice.images}
    beside = [each for each in choice.undone if not _only(each, images)]
    lines += [
        f"• {escape(title(each))} ({code(each.id)}), as far as it set others" for each in beside
    ]
    return capped(lines, _LINES)


def unsafe_line(choice: Choice) -> str:
    """Why it is not safe to go back, "" where nobody said so."""
    said = [
        f"{code(each.tag)}: {escape(cut(unsafe_of(each), 300))}"
        for each in choice.undone
        if unsafe_of(each)
    ]
    return "⚠️ *Not safe to roll back.* " + " ".join(said) if said else ""


def under_way(deployment: Deployment) -> Message:
    """The same rollback was asked for a moment ago."""
    by = who(deployment.request.actor)
    said = f"{by} rolls back to {code(deployment.tag)} already: {code(deployment.id)}."
    return Message(text=said, blocks=[section(said)])


def going_back(request: DeploymentRequested) -> Message:
    """It is written down; the card tells the rest."""
    where, back = escape(request.environment), code(request.tag)
    first = "" if request.goes_back_at_once else " once it is approved"
    first = first if request.needs_approval else ""
    said = f"*{where}* goes back to {back}{first}; its card is in {escape(request.channel)}."
    return Message(text=said, blocks=[section(said), context(code(request.id))])


def _effects(choice: Choice, running: Sequence[Deployment]) -> list[str]:
    lines = [f"• Stops {escape(title(each))} ({code(each.id)}), which runs." for each in running]
    if choice.why_not:
        lines.append(f"• Waits like any other request: {escape(choice.why_not)}")
        if choice.may_be_overridden:
            lines.append("• With the permission “override”, --override-checks goes at once.")
    else:
        lines.append("• Goes at once, past freezes, locks and the queue.")
    lines.append("• Pins what it touches: automation waits until somebody resumes.")
    return capped(lines, _LINES)


def _about(number: int, choice: Choice, now: datetime) -> str:
    target = choice.target
    head = f"*{number}.* {listed(_codes(_each(choice.images)), 3)}"
    if target is None:
        why = f"goes through every gate: {escape(choice.why_not)}" if choice.why_not else ""
        parts = [part for part in (escape(choice.note), why) if part]
        services = listed([escape(image.service) for image in choice.images], 4)
        return f"{head} · {' · '.join(parts)}\nDiffers in {services}"
    by = who(target.deployment.request.actor)
    if target.baseline:
        parts = [f"ran before {code(target.deployment.id)} of {by}"]
    else:
        parts = [f"{code(target.deployment.id)} of {by}", f"{span(target.reached_at, now)} ago"]
    if target.approved_by:
        parts.append(f"approved by {listed([who(each) for each in target.approved_by], 3)}")
    if target.rolled_back_by:
        parts.append(f"rolled back by {code(target.rolled_back_by)}")
    if choice.why_not:
        parts.append(f"goes through every gate: {escape(choice.why_not)}")
    services = listed([escape(image.service) for image in choice.images], 4)
    return f"{head} · {' · '.join(parts)}\nDiffers in {services}"


def _tags(tags: Mapping[str, str]) -> str:
    return listed(_codes(dict.fromkeys(tags.values())), 4)


def _each(images: Sequence[WantedImage]) -> list[str]:
    return list(dict.fromkeys(image.tag for image in images))


def _codes(words: Sequence[str] | dict[str, None]) -> list[str]:
    return [code(word) for word in words]


def _only(deployment: Deployment, services: set[str]) -> bool:
    """Whether the deployment set no image but those of these services."""
    changes = deployment.plan.effective if deployment.plan else ()
    return all(change.service in services for change in changes)
