"""What runs where, as one message (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.deployments.gates.gate import GateName
from bot.views import icons
from bot.views.blocks import code, context, cut, divider, escape, header, link, section, when
from bot.views.gates import gate_line
from bot.views.message import Block, Message
from bot.views.wording import count, listed, who
from integrations.argocd.model import Application, Health, Sync

if TYPE_CHECKING:
    from bot.whereabouts import Running, Whereabouts

_NAMED = 8
"""Applications of an environment whose states are told one by one."""
_ROOMY, _AT_MOST = 16, 24
"""Environments that a message of 50 blocks has room for, with a line between them and without."""


def where(
    places: Sequence[Whereabouts], argocd_url: str, *, service: str = "", commit: str = ""
) -> Message:
    """One part per environment: tags, since, by whom, health, and how far behind."""
    if commit:
        said = _contains_sentence(places, commit)
        title = f"Where is {commit[:12]}?"
    else:
        said = "; ".join(_sentence(place) for place in places) + "."
        title = f"Where is {service}?" if service else "What runs where"
    blocks: list[Block] = [header(title)]
    if commit:
        blocks += [section(escape(said)), *_short(places)]
        return Message(text=escape(cut(said, 1500)), blocks=blocks)
    for index, place in enumerate(places):
        if index and len(places) <= _ROOMY:
            blocks.append(divider())
        blocks += _place(place, argocd_url, at_once=len(places) > _AT_MOST)
    return Message(text=escape(cut(said, 1500)), blocks=blocks)


def _short(places: Sequence[Whereabouts]) -> list[Block]:
    """A line for each environment, for whoever asked after one commit."""
    marks = {True: "✅ has it", False: "⚪ does not have it", None: f"{icons.WARNING} not known"}
    lines = []
    for place in places:
        tags = listed(
            [code(tag) for tag in dict.fromkeys(tag for s in place.services for tag in s.runs)], 3
        )
        lines.append(f"*{escape(place.environment)}* {marks[place.contains]} · runs {tags}")
    problems = dict.fromkeys(problem for place in places for problem in place.problems)
    small = [f"{icons.WARNING} {escape(cut(problem, 200))}" for problem in problems]
    return [section("\n".join(lines)), *([context(*small[:8])] if small else [])]


def _place(place: Whereabouts, argocd_url: str, *, at_once: bool) -> list[Block]:
    """Tags and gates, then the small print; `at_once` in one block, where there is room for no
    more.
    """
    lines = [f"*{escape(place.environment)}*  {_health(place.applications, argocd_url)}"]
    lines += _services(place.services)
    if place.at is not None:
        shut = [gate for gate in place.closed if gate.name is not GateName.APPROVAL]
        lines += [gate_line(gate, place.at) for gate in shut]
    lines += [f"{icons.WARNING} {escape(cut(warning, 300))}" for warning in place.warnings]
    small = [_behind(place)]
    if any(gate.name is GateName.APPROVAL for gate in place.closed):
        small.append("A deployment needs an approval")
    small += _degraded(place)
    small += [f"{icons.WARNING} {escape(cut(problem, 200))}" for problem in place.problems]
    small = [each for each in small if each]
    if at_once:
        return [section("\n".join([*lines, *small]))]
    return [section("\n".join(lines)), context(*(small or [" "]))]


def _degraded(place: Whereabouts) -> list[str]:
    """What can be done about an application that does not run well."""
    bad = [app.name for app in place.applications if app.health is Health.DEGRADED]
    if not bad:
        return []
    look = code(f"/shipmate app get {bad[0]}")
    return [f"{look} shows what fails, {code(f'/rollback {place.environment}')} goes back"]


def _health(applications: Sequence[Application], argocd_url: str) -> str:
    """Each application; of many those that are well as a number."""
    well, shown = [app for app in applications if _is_well(app)], [*applications]
    parts = []
    if len(applications) > _NAMED:
        shown = [app for app in applications if not _is_well(app)]
        sync, health = icons.SYNC[Sync.SYNCED], icons.HEALTH[Health.HEALTHY]
        if well:
            parts.append(f"{count(len(well), 'application')} {sync} Synced {health} Healthy")
    for app in shown[:_NAMED]:
        url = f"{argocd_url.rstrip('/')}/applications/{app.namespace}/{app.name}"
        name = link(url, app.name) if argocd_url else escape(app.name)
        sync, health = icons.SYNC[app.sync], icons.HEALTH[app.health]
        parts.append(f"{name} {sync} {app.sync.value} {health} {app.health.value}")
    if len(shown) > _NAMED:
        parts.append(f"{len(shown) - _NAMED} more are not well")
    return " · ".join(parts)


def _services(services: Sequence[Running]) -> list[str]:
    """Services that are alike share a line."""
    alike: dict[tuple[str, str, str, tuple[str, ...]], list[str]] = {}
    for each in services:
        by = who(each.actor) if each.actor else escape(each.by)
        other = tuple(tag for tag in each.live if tag != each.tag)
        before = "before " * each.is_older
        since = f"since {before}{when(each.since)}" if each.since else ""
        alike.setdefault((each.tag, by, since, other), []).append(each.service)
    lines = []
    for (tag, by, since, other), names in alike.items():
        parts = [f"{code(tag)} {escape(listed(names, 7))}"]
        if since:
            parts.append(since)
        if by:
            parts.append(f"by {by}")
        if other:
            parts.append(f"{icons.WARNING} pods run {listed([code(one) for one in other], 3)}")
        lines.append(" · ".join(parts))
    return lines


def _behind(place: Whereabouts) -> str:
    if not place.newest:
        return ""
    if place.behind is None:
        return f"Newest green build: {code(place.newest)}"
    if place.behind == 0:
        return f"Up to date with the newest green build {code(place.newest)}"
    return f"{count(place.behind, 'commit')} behind {code(place.newest)}"


def _sentence(place: Whereabouts) -> str:
    tags = listed(list(dict.fromkeys(each.tag for each in place.services)), 3)
    return f"{place.environment} runs {tags or 'nothing that Git names'}"


def _contains_sentence(places: Sequence[Whereabouts], commit: str) -> str:
    inside = [place.environment for place in places if place.contains]
    unknown = [place.environment for place in places if place.contains is None]
    if len(unknown) == len(places):
        return f"It is not known where {commit[:12]} is."
    said = f"{commit[:12]} is in {listed(inside)}." if inside else f"{commit[:12]} is nowhere yet."
    return f"{said} Unknown for {listed(unknown)}." if unknown else said


def _is_well(app: Application) -> bool:
    return app.sync is Sync.SYNCED and app.health is Health.HEALTHY
