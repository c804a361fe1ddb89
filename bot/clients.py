"""Settings become clients, and clients become services; every one is closed again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from bot import connect
from bot.audit.recorder import Recorder
from bot.catalog import Catalog, load
from bot.controls.register import Register
from bot.deployments.ledger import Ledger
from bot.deployments.releases.spell_book import SpellBook
from bot.deployments.rollouts.progress import ProgressBoard
from bot.membership import GroupHistory, Membership
from bot.notifications import Outbox
from bot.reachability import Probe, Reachability
from bot.services import Services
from bot.settings import Settings
from bot.store import Store
from bot.version import version
from integrations.argocd.watch import ApplicationWatch
from integrations.clock import Clock
from integrations.github import GitHub
from integrations.gitops import GitOps
from integrations.http import http_client
from integrations.registry import Registry
from integrations.slack import Slack


@asynccontextmanager
async def services(settings: Settings, clock: Clock, store: Store) -> AsyncIterator[Services]:
    """Everything a command or the controller works with. Raises SettingsError for a wrong
    catalog; connects to nothing yet.
    """
    catalog = load(settings.catalog_path)
    async with AsyncExitStack() as stack:
        slack = Slack(
            settings.slack_bot_token.get_secret_value(), clock, api_url=settings.slack_api_url
        )
        await stack.enter_async_context(slack)
        argocd = await stack.enter_async_context(connect.argocd(settings, clock, catalog))
        applications = ApplicationWatch(argocd, clock)
        registry = await stack.enter_async_context(connect.registry(settings, clock))
        gitops, github = _gitops(settings, clock, catalog), await _github(settings, clock, stack)
        yield Services(
            catalog=catalog,
            clock=clock,
            store=store,
            slack=slack,
            argocd=argocd,
            applications=applications,
            gitops=gitops,
            github=github,
            registry=registry,
            membership=_membership(settings, clock, store, catalog, slack, github),
            outbox=Outbox(store, slack, clock),
            ledger=Ledger(store, clock),
            controls=Register(store, clock),
            spells=SpellBook(store),
            progress=ProgressBoard(),
            reachability=Reachability(
                applications, _probes(settings, gitops, github, registry), clock
            ),
            audit=Recorder(store),
            app_id=settings.slack_app_id,
            argocd_url=settings.argocd_server,
            own_url=settings.shipmate_url if "shipmate_url" in settings.model_fields_set else "",
            version=version(),
        )


def _membership(  # noqa: PLR0917 - all that knows of people
    settings: Settings,
    clock: Clock,
    store: Store,
    catalog: Catalog,
    slack: Slack,
    github: GitHub | None,
) -> Membership:
    history, teams = GroupHistory(store, clock), frozenset(settings.slack_team_ids)
    return Membership(slack, catalog, history, clock, teams, github=github)


def _gitops(settings: Settings, clock: Clock, catalog: Catalog) -> GitOps:
    database = Path(settings.shipmate_database)
    clone = database.with_name(f"{database.name}.gitops.git")
    return connect.gitops(settings, clock, catalog, clone)


async def _github(settings: Settings, clock: Clock, stack: AsyncExitStack) -> GitHub | None:
    if not settings.github_repository:
        return None
    http = http_client(settings.github_api_url)
    await stack.enter_async_context(http)
    return GitHub(http, settings.github_repository, settings.github_token_in_use, clock)


def _probes(
    settings: Settings, gitops: GitOps, github: GitHub | None, registry: Registry | None
) -> dict[str, Probe]:
    """How to ask whether a system is there. Without a token GitHub counts every question, and
    grants 60 an hour: it is not asked then.
    """
    probes: dict[str, Probe] = {"Git": gitops.probe}
    if github is not None and settings.github_token_in_use:
        probes["GitHub"] = github.repository
    if registry is not None:
        probes["Registry"] = registry.ping
    return probes
