"""The applications of a deployment, wave by wave, as lines (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from bot.deployments.deployment import ApplicationRun, Deployment, Stage
from bot.deployments.events import AppOutcome
from bot.deployments.plan import PlannedApplication
from bot.deployments.rollouts.progress import Progress
from bot.views import icons
from bot.views.blocks import cut, escape, link, section
from bot.views.message import Block
from bot.views.wording import listed
from integrations.argocd.model import Health, Sync

_WHY = 160
_SECTION = 2900


def application_blocks(
    deployment: Deployment, progress: Mapping[str, Progress], argocd_url: str
) -> list[Block]:
    """One line per application under its wave's name; a deployment of one wave has no names."""
    waves = deployment.waves
    lines: list[str] = []
    for index, wave in enumerate(waves):
        if len(waves) > 1:
            lines.append(f"*{_wave_name(deployment, index, wave)}*")
        runs = [deployment.runs[app.name] for app in wave]
        for why, alike in groupby(runs, key=lambda run: run.skipped):
            lines += _rows(deployment, [*alike], why, progress, argocd_url)
    return [section(text) for text in _packed(lines)]


def _rows(
    deployment: Deployment,
    alike: Sequence[ApplicationRun],
    skipped: str,
    progress: Mapping[str, Progress],
    argocd_url: str,
) -> list[str]:
    """A line each, or one for all of several that needed nothing."""
    if skipped and len(alike) > 1:
        names = [link(application_url(argocd_url, r.planned), r.planned.name) for r in alike]
        return [f"✅ {len(alike)} applications {escape(skipped)}: {listed(names)}"]
    corrected = deployment.corrected
    rows = []
    for run in alike:
        name = run.planned.name
        if corrected and name in corrected.applications:
            shown = link(application_url(argocd_url, run.planned), name)
            health = Health.HEALTHY if corrected.healthy else Health.DEGRADED
            mark = icons.HEALTH[health]
            rows.append(f"{mark} *{shown}*{_states(corrected.sync or Sync.SYNCED, health)}")
        elif deployment.ended and run.stage is Stage.PENDING:
            shown = link(application_url(argocd_url, run.planned), name)
            rows.append(f"{icons.PENDING} {shown} · Not attempted")
        else:
            rows.append(application_line(run, progress.get(name), argocd_url))
    return rows


def application_line(run: ApplicationRun, now: Progress | None, argocd_url: str) -> str:
    """The name with its link, sync and health, and what it waits for or how it ended."""
    name = link(application_url(argocd_url, run.planned), run.planned.name)
    if run.skipped:
        return f"✅ *{name}* · {escape(run.skipped)}"
    if run.stage is Stage.ENDED and run.ended:
        outcome = run.ended.outcome
        if outcome is AppOutcome.SUCCEEDED:
            return f"✅ *{name}* · {escape(run.ended.sync or Sync.SYNCED)} · Healthy"
        states = f"{_states(run.ended.sync, run.ended.health)}"
        return f"{icons.OUTCOME[outcome]} *{name}* · {outcome.value}{states}"
    if run.stage is Stage.PENDING and now is None:
        return f"{icons.PENDING} {name}"
    now = now or Progress()
    mark = icons.WARNING if now.late else "⏳"
    counted = f" · {now.done}/{now.total}" if now.total else ""
    why = _short(now.why)
    said = f"\n      {why}" if why else ""
    return f"{mark} *{name}*{_states(now.sync, now.health)}{counted}{said}"


def application_url(argocd_url: str, app: PlannedApplication) -> str:
    """The application's page in Argo CD, "" without a server."""
    if not argocd_url:
        return ""
    place = f"{app.namespace}/" if app.namespace else ""
    return f"{argocd_url.rstrip('/')}/applications/{place}{app.name}"


def totals(
    deployment: Deployment, progress: Mapping[str, Progress], sizes: Mapping[str, int]
) -> tuple[int, int]:
    """Resources done and in all, over every application of every wave; `sizes` (resources by
    name) stand in for those whose turn has not come.
    """
    sync = deployment.request.sync
    done = total = 0
    for name, run in deployment.runs.items():
        row = progress.get(name)
        size = row.total if row else 0
        size = size or (1 if sync and sync.resource else sizes.get(name, 0))
        total += size
        good = run.stage is Stage.ENDED and run.outcome is AppOutcome.SUCCEEDED
        done += size if good else row.done if row else 0
    return done, total


def _states(sync: str, health: str) -> str:
    """Sync and health, each with its icon and its word; nothing where they are not known."""
    if not sync or not health:
        return ""
    mark = icons.SYNC[Sync(sync)]
    return f" · {mark} {sync} · {icons.HEALTH[Health(health)]} {health}"


def present_wave(deployment: Deployment) -> str:
    """The wave that runs, by its number in Argo CD, and how far on it is: "4, 7 of 7"."""
    waves, index = deployment.waves, deployment.wave
    return f"{_number(index, waves[index])}, {index + 1} of {len(waves)}"


def _wave_name(deployment: Deployment, index: int, wave: Sequence[PlannedApplication]) -> str:
    here = " · running" if index == deployment.wave and not deployment.ended else ""
    return f"Wave {_number(index, wave)}{here}"


def _number(index: int, wave: Sequence[PlannedApplication]) -> str:
    return str(wave[0].wave).replace("-", "\N{MINUS SIGN}") if wave else str(index)


def _short(text: str) -> str:
    return escape(cut(" ".join(text.split()), _WHY))


def _packed(lines: Sequence[str]) -> list[str]:
    """Lines gathered into texts that fit a section each."""
    texts: list[str] = []
    for line in lines:
        if texts and len(texts[-1]) + len(line) + 1 <= _SECTION:
            texts[-1] += f"\n{line}"
        else:
            texts.append(line)
    return texts
