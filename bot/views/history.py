"""Deployments in a list, and one of them in full (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.deployments.deployment import Deployment
from bot.deployments.progress import Progress
from bot.views import icons
from bot.views.blocks import code, context, escape, header, link, section, when
from bot.views.card import CardFacts, card, title
from bot.views.changes import commit_lines
from bot.views.message import Block, Message
from bot.views.wording import count, elapsed, who


def listing(
    deployments: Sequence[Deployment], environment: str, links: Mapping[str, str]
) -> Message:
    """One line each, newest first."""
    place = f" to {environment}" if environment else ""
    if not deployments:
        said = f"No deployments{place} yet."
        hint = f"Start one with {code('/deploy ' + (environment or 'staging'))}."
        return Message(text=said, blocks=[section(said), context(hint)])
    said = f"The newest {count(len(deployments), 'deployment')}{escape(place)}."
    lines = [_line(each, links.get(each.id, "")) for each in deployments]
    chunks = ["\n".join(lines[start : start + 10]) for start in range(0, len(lines), 10)]
    blocks: list[Block] = [header(f"Deployments{place}")]
    blocks += [section(chunk) for chunk in chunks]
    blocks.append(context(f"More: {code('/shipmate show <id>')}"))
    return Message(text=said, blocks=blocks)


def _line(deployment: Deployment, url: str) -> str:
    name = link(url, title(deployment)) if url else f"*{escape(title(deployment))}*"
    parts = [
        f"{icons.STATE[deployment.state]} {name}",
        deployment.state.value,
        who(deployment.request.actor),
        when(deployment.request.at),
        code(deployment.id),
    ]
    return " · ".join(parts)


def details(
    deployment: Deployment,
    progress: Mapping[str, Progress],
    argocd_url: str,
    url: str,
    now: datetime,
) -> Message:
    """The card's content without its buttons, every commit, and when each step was."""
    facts = CardFacts(now=now, progress=progress, argocd_url=argocd_url)
    shown = card(deployment, facts)
    blocks = [block for block in shown.blocks if block["type"] != "actions"]
    plan = deployment.planned.plan if deployment.planned else None
    if plan and plan.commits.total > len(plan.commits.commits[:5]):
        blocks.append(section("*All commits*\n" + "\n".join(commit_lines(plan.commits, 30))))
    blocks.append(section("*Steps*\n" + "\n".join(_steps(deployment))))
    if url:
        blocks.append(context(link(url, "Its card")))
    return replace(shown, blocks=blocks)


def _steps(deployment: Deployment) -> list[str]:
    request = deployment.request
    steps = [f"Requested {when(request.at)} by {who(request.actor)} from {request.actor.door}"]
    if deployment.found:
        steps.append(f"Build {code(deployment.tag)} {when(deployment.found.at)}")
    if deployment.started_at:
        waited = elapsed(request.at, deployment.started_at)
        steps.append(f"Started {when(deployment.started_at)}, after {waited}")
    if deployment.commit:
        made = "Committed" if deployment.commit.changed else "Already in Git"
        steps.append(f"{made} {code(deployment.commit.sha[:12])} {when(deployment.commit.at)}")
    for name, run in deployment.runs.items():
        if run.started_at:
            adopted = f" (by {escape(run.adopted)})" if run.adopted else ""
            steps.append(f"Sync of {code(name)} started {when(run.started_at)}{adopted}")
        if run.ended:
            steps.append(f"{code(name)} {run.ended.outcome.value} {when(run.ended.at)}")
    if deployment.ended:
        steps.append(f"{deployment.state.value} {when(deployment.ended.at)}")
    return steps[:60]
