"""The whole sandbox in one place: Slack, Argo CD, GitHub, a registry and a git repository."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from aiohttp import web

from bot.sandbox.argocd import Definition, SandboxArgoCD, Timings
from bot.sandbox.argocd.cluster.live import made_up_digest
from bot.sandbox.github import AppCommit, Run, SandboxGitHub
from bot.sandbox.gitrepo import SeededRepo, seed
from bot.sandbox.gitrepo.files import SERVICES
from bot.sandbox.registry import SandboxRegistry
from bot.sandbox.slack import SandboxSlack
from integrations.clock import Clock
from integrations.groups import TaskGroup

SIGNING_SECRET = "sandbox-signing-secret"
BOT_TOKEN = "xoxb-sandbox-bot-token"
APP_TOKEN = "xapp-sandbox-app-token"
GITHUB_TOKEN = "sandbox-github-token"
REGISTRY_USERNAME = "shipmate"
REGISTRY_TOKEN = "sandbox-registry-token"


@dataclass(frozen=True)
class World:
    """Everything outside the bot. `environment` is what the bot is started with to live in it."""

    clock: Clock
    directory: Path
    slack: SandboxSlack
    argocd: SandboxArgoCD
    argocd_url: str
    github: SandboxGitHub
    github_url: str
    repository: SeededRepo
    registry: SandboxRegistry
    registry_url: str

    def environment(self, *, socket_mode: bool = False) -> dict[str, str]:
        """The bot's environment variables."""
        variables = {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_URL": f"{self.slack.base_url}/api/",
            "ARGOCD_SERVER": self.argocd_url,
            "ARGOCD_AUTH_TOKEN": self.argocd.token,
            "GITOPS_REPO": str(self.repository.path),
            "GITHUB_API_URL": self.github_url,
            "GITHUB_REPOSITORY": self.github.name,
            "GITHUB_TOKEN": GITHUB_TOKEN,
            "REGISTRY_URL": self.registry_url,
            "REGISTRY_USERNAME": REGISTRY_USERNAME,
            "REGISTRY_TOKEN": REGISTRY_TOKEN,
            "SHIPMATE_DATABASE": str(self.directory / "shipmate.db"),
            "SHIPMATE_HOST": "127.0.0.1",
            "SHIPMATE_PORT": "0",
        }
        if socket_mode:
            variables["SLACK_APP_TOKEN"] = APP_TOKEN
        return variables


@asynccontextmanager
async def world(
    directory: Path,
    clock: Clock,
    *,
    timings: Timings | None = None,
    definitions: Iterable[Definition] | None = None,
    environments: Sequence[str] = ("dev", "staging", "production"),
    host: str = "127.0.0.1",
    port: int = 0,
) -> AsyncIterator[World]:
    """Start everything; `host` and `port` are where Slack's page listens (0: any port)."""
    repository = await asyncio.to_thread(seed, directory / "gitops.git", clock, environments)
    slack = _slack(clock)
    argocd = SandboxArgoCD(clock, repository.path, timings=timings, definitions=definitions)
    github = SandboxGitHub(clock, token=GITHUB_TOKEN)
    registry = _registry(clock, github, argocd)
    async with AsyncExitStack() as stack:
        await slack.start(host, port)
        stack.push_async_callback(slack.stop)
        argocd_url = await _serve(argocd.app(), stack)
        github.base_url = github_url = await _serve(github.app(), stack)
        registry_url = await _serve(registry.app(), stack)
        async with TaskGroup() as group:
            controllers = group.create_task(argocd.run(), name="sandbox argocd")
            try:
                yield World(
                    clock=clock,
                    directory=directory,
                    slack=slack,
                    argocd=argocd,
                    argocd_url=argocd_url,
                    github=github,
                    github_url=github_url,
                    repository=repository,
                    registry=registry,
                    registry_url=registry_url,
                )
            finally:
                controllers.cancel()


def _slack(clock: Clock) -> SandboxSlack:
    return SandboxSlack(
        clock, signing_secret=SIGNING_SECRET, bot_token=BOT_TOKEN, app_token=APP_TOKEN
    )


def _registry(clock: Clock, github: SandboxGitHub, argocd: SandboxArgoCD) -> SandboxRegistry:
    """The registry to which builds push, and from which nodes pull."""
    registry = SandboxRegistry(
        clock, github.history, username=REGISTRY_USERNAME, token=REGISTRY_TOKEN
    )
    github.when_green = partial(_push_images, registry)
    argocd.simulation.switches.pull = partial(_pull, registry)
    return registry


def _push_images(registry: SandboxRegistry, run: Run, commit: AppCommit) -> None:
    """A build that succeeded pushes its images; one of a release names it too."""
    newest = run.branch == "develop"
    registry.add_build(commit, released=run.branch == "main", latest=newest)


def _pull(registry: SandboxRegistry, image: str) -> str:
    """The digest that a node gets for an image reference; "" where the registry lacks it.

    Images of others, of which there is no registry here, are always there.
    """
    name = image.partition("@")[0].rpartition(":")[0]
    ours = name.startswith("ghcr.io/link/") and name.rpartition("/")[2] in SERVICES
    return registry.pull(image) if ours else made_up_digest(image)


async def _serve(app: web.Application, stack: AsyncExitStack) -> str:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return f"http://127.0.0.1:{runner.addresses[0][1]}"
