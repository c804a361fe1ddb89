"""What stopped a deployment, in Argo CD's own words (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.deployments.deployment import Deployment
from bot.deployments.events import (
    ApplicationEnded,
    AppOutcome,
    DeploymentCorrected,
    FailingResource,
)
from bot.views.blocks import code, cut, escape, fence, section
from bot.views.message import Block
from bot.views.wording import count, listed

_APPLICATIONS = 3
_NOTES = 8
_BAD = (AppOutcome.FAILED, AppOutcome.TIMED_OUT, AppOutcome.SUSPENDED)
_WORDS = {
    AppOutcome.FAILED: "failed",
    AppOutcome.TIMED_OUT: "timed out",
    AppOutcome.SUSPENDED: "is paused",
}


def failure_blocks(deployment: Deployment) -> list[Block]:
    """Of the first applications that failed: the message, the objects, their last events."""
    ended = [run.ended for run in deployment.runs.values() if run.ended]
    bad = [each for each in ended if each.outcome in _BAD]
    return [section(_one(each)) for each in bad[:_APPLICATIONS]]


def correction_block(corrected: DeploymentCorrected) -> list[Block]:
    """The objects by which a success turned bad."""
    lines = [resource_lines(each) for each in corrected.failing]
    names = escape(", ".join(corrected.applications))
    return [section("\n".join([f"*Why {names} is Degraded*", *lines]))] if lines else []


def first_reason(deployment: Deployment, told: str = "") -> str:
    """The first failing object with its newest event, as far as Argo CD names one.

    `told` is what stands above it, as mrkdwn.
    """
    failing = [each for run in deployment.runs.values() if run.ended for each in run.ended.failing]
    if deployment.corrected:
        failing = list(deployment.corrected.failing)
    if not failing:
        return ""
    return resource_lines(failing[0], events=1, told=told if len(failing) == 1 else "")


def told_by_objects(deployment: Deployment) -> bool:
    """Whether the failing applications already say why the deployment ended."""
    return any(run.ended and run.ended.outcome in _BAD for run in deployment.runs.values())


def _one(ended: ApplicationEnded) -> str:
    lines = [f"*Why {escape(ended.application)} {_WORDS[ended.outcome]}*"]
    if ended.message:
        lines.append(fence(ended.message, 700))
    told = escape(ended.message) if len(ended.failing) == 1 else ""
    lines += [resource_lines(each, told=told) for each in ended.failing]
    return "\n".join(lines)


def resource_lines(resource: FailingResource, events: int = 3, told: str = "") -> str:
    """One object, and what Kubernetes last said of it; its own message is not said again where
    it is in `told` already.
    """
    place = f" in {code(resource.namespace)}" if resource.namespace else ""
    message = escape(cut(" ".join(resource.message.split()), 220))
    said = f": {message}" if message and message not in told else ""
    lines = [f"❌ {code(f'{resource.kind}/{resource.name}')}{place}{said}"]
    lines += [
        f"      ↳ {escape(cut(' '.join(event.split()), 240))}" for event in resource.events[:events]
    ]
    return "\n".join(lines)


def note_lines(deployment: Deployment) -> list[str]:
    """What is said and is no failure: a line for each application, one for those that are alike,
    and how many more there are.
    """
    alike: dict[str, list[str]] = {}
    for name, run in deployment.runs.items():
        if run.ended and run.ended.notes:
            alike.setdefault(_noted(run.ended.notes), []).append(code(name))
    lines = [f"{listed(names, 6)}: {said}" for said, names in alike.items()]
    if len(lines) <= _NOTES:
        return lines
    more = sum(len(names) for names in [*alike.values()][_NOTES - 1 :])
    return [*lines[: _NOTES - 1], f"and {count(more, 'more application')}"]


def _noted(notes: Sequence[str]) -> str:
    """The notes of one application. A dry run's own words stand in the card's title already."""
    if len(notes) == 1 and notes[0].endswith(" unchanged"):
        return "nothing would change"
    said = [escape(cut(note.removesuffix(" (dry run)"), 200)) for note in notes]
    return listed(said, 6)
