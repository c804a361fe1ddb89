"""From the click on Approve to Argo CD's sync request, beside the bare sequence of doing it.

The bare sequence is what nobody can do without: one git fetch, commit and push of the same change,
and one HTTP request. Each approval is measured beside one of those.
"""

from __future__ import annotations

import asyncio
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import httpx

from bot.sandbox.process import BotProcess
from bot.sandbox.slack.model import SlackMessage
from bot.sandbox.world import World, world
from integrations.clock import SystemClock
from integrations.groups import TaskGroup
from tests.bench.catalogs import with_direct_releases

_APPLICATION = "link-app-production"
_FILE = "environments/production/kustomization.yaml"
_ROUNDS = 5


@dataclass
class Approvals:
    """Both lengths in seconds, pair by pair."""

    ours: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """How much longer an approval takes than the bare sequence: the median of pairs."""
        return median(ours / bare for ours, bare in zip(self.ours, self.bare, strict=True))


async def measure(directory: Path, rounds: int = _ROUNDS) -> Approvals:
    """Approve so many releases, one after the other, in real time."""
    found = Approvals()
    async with world(directory, SystemClock()) as everything:
        variables = {
            **everything.environment(),
            "SHIPMATE_CATALOG": str(with_direct_releases(directory)),
        }
        bot = BotProcess(variables, everything.clock, directory / "bot.log")
        await bot.start()
        everything.slack.bot_url = bot.url
        try:
            for number in range(rounds + 1):
                bare = await asyncio.to_thread(_bare, everything, directory / f"bare-{number}")
                ours = await _approve(everything, number)
                if number:  # the first warms everything up
                    found.ours.append(ours)
                    found.bare.append(bare)
        finally:
            await bot.stop()
    return found


async def _approve(everything: World, number: int) -> float:
    """Ask for a release of one service, approve it, and time the request that it leads to."""
    slack, argocd = everything.slack, everything.argocd
    history = everything.github.history
    commit = history.line(history.branches["develop"])[-1 - number]
    everything.registry.add_build(commit, released=True)
    everything.github.set_checks(commit, {"build": "success"})
    line = f"/deploy production v{commit.at:%Y%m%d}-{commit.short}"
    await slack.command("U0DANA", "#production", line)

    def card() -> SlackMessage | None:
        cards = [m for m in slack.messages("#production") if m.bot_id and not m.is_reply]
        here = cards[number] if len(cards) > number else None
        return here if here and "Approve" in str(here.blocks) else None

    waiting = await slack.until(card, 60)
    assert waiting is not None
    before = argocd.requests["sync"]
    began = time.perf_counter()
    async with TaskGroup() as group:
        group.create_task(slack.click("U0AMIR", waiting, "Approve"))
        while argocd.requests["sync"] == before:  # noqa: ASYNC110 - it is timed
            await asyncio.sleep(0.001)
        took = time.perf_counter() - began
    await slack.until(lambda: _has_ended(slack.message("#production", waiting.ts)), 120)
    return took


def _has_ended(card: SlackMessage | None) -> bool:
    if card is None or card.text.startswith(("Queued", "Waiting", "Running")):
        return False
    if not card.text.startswith("Succeeded"):
        raise RuntimeError(f"The deployment did not succeed: {card.text}")
    return True


def _bare(everything: World, clone: Path) -> float:
    """The same on foot: fetch, commit, push, and one request. Cloning is not counted."""
    remote = str(everything.repository.path)
    _git(Path.cwd(), "clone", "-q", "--branch", "main", remote, str(clone))
    path = clone / _FILE
    with httpx.Client(base_url=everything.argocd_url) as http:
        http.get("/api/version")
        began = time.perf_counter()
        _git(clone, "fetch", "-q", "origin", "main")
        path.write_text(path.read_text() + "# by hand\n")
        author = ("-c", "user.name=bench", "-c", "user.email=bench@localhost")
        _git(clone, *author, "commit", "-q", "-am", "Deploy by hand")
        _git(clone, "push", "-q", "origin", "HEAD:main")
        headers = {"Authorization": f"Bearer {everything.argocd.token}"}
        http.get(f"/api/v1/applications/{_APPLICATION}", headers=headers)
        return time.perf_counter() - began


def _git(place: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=place, check=True, capture_output=True)
