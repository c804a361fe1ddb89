"""The applications of a deployment, wave by wave, as lines (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.deployments.deployment import ApplicationRun, Deployment, Stage
from bot.deployments.events import AppOutcome
from bot.deployments.plan import PlannedApplication
from bot.deployments.progress import Progress
from bot.views import icons
from bot.views.blocks import cut, escape, link, section
from bot.views.message import Block
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
        lines += [
            application_line(deployment.runs[app.name], progress.get(app.name), argocd_url)
            for app in wave
        ]
    return [section(text) for text in _packed(lines)]


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


def totals(deployment: Deployment, progress: Mapping[str, Progress]) -> tuple[int, int]:
    """Resources done and in all, over every application whose resources are known."""
    done = total = 0
    for name, run in deployment.runs.items():
        row = progress.get(name)
        if row is None or not row.total:
            continue
        total += row.total
        good = run.stage is Stage.ENDED and run.outcome is AppOutcome.SUCCEEDED
        done += row.total if good else row.done
    return done, total


def _states(sync: str, health: str) -> str:
    """Sync and health, each with its icon and its word; nothing where they are not known."""
    if not sync or not health:
        return ""
    mark = icons.SYNC[Sync(sync)]
    return f" · {mark} {sync} · {icons.HEALTH[Health(health)]} {health}"


def _wave_name(deployment: Deployment, index: int, wave: Sequence[PlannedApplication]) -> str:
    number = str(wave[0].wave).replace("-", "\N{MINUS SIGN}") if wave else str(index)
    here = " · running" if index == deployment.wave and not deployment.ended else ""
    return f"Wave {number}{here}"


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
