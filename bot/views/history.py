"""Deployments in a list, and one of them in full (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.deployments.deployment import Deployment, State
from bot.views import icons
from bot.views.blocks import code, context, escape, header, link, section, when
from bot.views.card import CardFacts, card_blocks, headline
from bot.views.fit import fit
from bot.views.message import Block, Message
from bot.views.steps import step_lines
from bot.views.title import title
from bot.views.wording import count, who


def listing(
    deployments: Sequence[Deployment],
    environment: str,
    links: Mapping[str, str],
    taken_back: Mapping[str, Deployment],
) -> Message:
    """One line each, newest first; `taken_back` are the rollbacks by what they took back."""
    place = f" to {environment}" if environment else ""
    if not deployments:
        said = f"No deployments{escape(place)} yet."
        hint = f"Start one with {code('/deploy ' + (environment or 'staging'))}."
        return Message(text=said, blocks=[section(said), context(hint)])
    said = f"The newest {count(len(deployments), 'deployment')}{escape(place)}."
    lines = [_line(each, links, taken_back) for each in deployments]
    chunks = ["\n".join(lines[start : start + 10]) for start in range(0, len(lines), 10)]
    blocks: list[Block] = [header(f"Deployments{place}")]
    blocks += [section(chunk) for chunk in chunks]
    blocks.append(context(f"More: {code('/shipmate show <id>')}"))
    return Message(text=said, blocks=fit(blocks))


def unreviewed(
    deployments: Sequence[Deployment],
    environment: str,
    links: Mapping[str, str],
    taken_back: Mapping[str, Deployment],
) -> Message:
    """Those that went without an approval and that no approver has looked at yet."""
    place = f" in {environment}" if environment else ""
    if not deployments:
        said = f"Nothing waits for a review{escape(place)}."
        return Message(text=said, blocks=[section(said)])
    waits = "waits" if len(deployments) == 1 else "wait"
    said = f"{count(len(deployments), 'deployment')} {waits} for a review{escape(place)}."
    lines = [_line(each, links, taken_back) for each in deployments]
    chunks = ["\n".join(lines[start : start + 10]) for start in range(0, len(lines), 10)]
    hint = f"An approver marks each: {code('/shipmate review <id>')}"
    blocks: list[Block] = [section(said), *map(section, chunks), context(hint)]
    return Message(text=said, blocks=fit(blocks))


def _line(
    deployment: Deployment, links: Mapping[str, str], taken_back: Mapping[str, Deployment]
) -> str:
    url, back = links.get(deployment.id, ""), taken_back.get(deployment.id)
    name = link(url, title(deployment)) if url else f"*{escape(title(deployment))}*"
    corrected = deployment.corrected
    succeeded = deployment.state is State.SUCCEEDED
    degraded = succeeded and corrected is not None and not corrected.healthy
    state = "Succeeded, then Degraded" if degraded else deployment.state.value
    icon = icons.WARNING if degraded else icons.STATE[deployment.state]
    if back:
        there = links.get(back.id, "")
        by = link(there, back.id) if there else code(back.id)
        icon, state = icons.BACK, f"{state}, *rolled back* by {by}"
    parts = [
        f"{icon} {name}",
        state,
        who(deployment.request.actor),
        when(deployment.request.at),
        code(deployment.id),
    ]
    return " · ".join(parts)


def details(deployment: Deployment, facts: CardFacts, url: str) -> Message:
    """The card's content without its buttons, every commit, and when each step was; `url` is
    where the card is.
    """
    blocks, firm = card_blocks(deployment, facts, commits=30)
    asides = deployment.planned.plan.asides if deployment.planned else ()
    if asides:
        blocks.append(context(*[escape(each) for each in asides]))
    blocks.append(section("*Steps*\n" + "\n".join(step_lines(deployment))))
    if url:
        blocks.append(context(link(url, "Its card")))
    return Message(text=headline(deployment, facts), blocks=fit(blocks, firm))
