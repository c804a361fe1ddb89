"""`/shipmate doctor`: checks every scope and permission in the real systems, from within."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot import doctor
from bot.access import SHARED, Need, Permission
from bot.command import Command, Context, Reply
from bot.views.examination import examination
from commands.me import Nothing, parse
from integrations.groups import TaskGroup

if TYPE_CHECKING:
    from bot.catalog import Catalog
    from bot.services import Services


def needs(arguments: Nothing, catalog: Catalog) -> tuple[Need, ...]:
    """The findings name accounts, channels and files: for those who operate the bot."""
    del arguments, catalog
    return (Need(permission=Permission.OPERATE, scope=SHARED),)


async def run(arguments: Nothing, context: Context) -> Reply:
    """Ask every system at once, and say what is wrong and how to mend it."""
    del arguments
    services = context.services
    findings = await _examine(services)
    message = examination(
        findings, services.reachability.degraded, services.outbox.undelivered, services.version
    )
    return Reply(message, failed=any(each.state == "fault" for each in findings))


async def _examine(services: Services) -> list[doctor.Finding]:
    async with TaskGroup() as group:
        asked = [
            group.create_task(_gathered(findings), name="doctor")
            for findings in _examinations(services)
        ]
    return [finding for task in asked for finding in task.result()]


async def _gathered(findings: doctor.Findings) -> list[doctor.Finding]:
    return [finding async for finding in findings]


def _examinations(services: Services) -> list[doctor.Findings]:
    catalog, guarded = services.catalog, doctor.guarded
    slack = doctor.slack(services.slack, catalog, app_id=services.app_id)
    return [
        doctor.record(services.store.path),
        doctor.authors(catalog),
        guarded("Slack", slack, "SLACK_BOT_TOKEN and SLACK_API_URL"),
        guarded(
            "Argo CD",
            doctor.argocd(services.argocd, catalog),
            "ARGOCD_SERVER and ARGOCD_AUTH_TOKEN",
        ),
        guarded(
            "Git",
            doctor.gitops(services.gitops, catalog),
            "GITOPS_REPO, GITOPS_BRANCH and GITOPS_TOKEN",
        ),
        guarded("Argo CD", _protection(services), "ARGOCD_SERVER and ARGOCD_AUTH_TOKEN"),
        *(
            [guarded("GitHub", doctor.github(services.github, catalog), "GITHUB_REPOSITORY")]
            if services.github
            else []
        ),
        guarded(
            "Registry",
            doctor.images(services.registry, catalog),
            "REGISTRY_URL and REGISTRY_TOKEN",
        ),
    ]


def _protection(services: Services) -> doctor.Findings:
    gitops = services.gitops
    return doctor.protection(
        services.argocd, services.github, services.catalog, gitops.remote, gitops.branch
    )


DOCTOR: Command[Nothing] = Command(
    name="doctor",
    summary="Check every scope and permission in the real systems, and say what to fix",
    usage="",
    parse=parse,
    needs=needs,
    run=run,
    speed="slow",
)
