"""Checks of Argo CD's accounts: that each may do what it must, and no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.doctor.finding import Finding, Findings
from bot.settings import variable_suffix
from bot.views.wording import listed
from integrations.argocd.model import Application
from integrations.errors import Rejected

if TYPE_CHECKING:
    from bot.catalog import Catalog
    from integrations.argocd.client import ArgoCD

_SYSTEM = "Argo CD"
_ELSEWHERE = ("projects", "clusters", "repositories", "accounts")
"""What would let an account widen its own rights, or reach another cluster."""


@dataclass(frozen=True, slots=True)
class Account:
    """One of our accounts: `client` asks as it alone, `acts_on` are its applications, `others`
    those that another account of ours acts on. `scope` is its environment, "" for the general.
    """

    client: ArgoCD
    scope: str
    acts_on: tuple[Application, ...]
    others: tuple[Application, ...]

    @property
    def variable(self) -> str:
        """The setting that its token comes from."""
        return "ARGOCD_AUTH_TOKEN" + (
            f"_{variable_suffix(self.scope).upper()}" if self.scope else ""
        )


async def accounts(client: ArgoCD, catalog: Catalog, found: Sequence[Application]) -> Findings:
    """Findings about every account that acts for us on the applications that were found."""
    for account in _accounts(client, catalog, found):
        user = await account.client.userinfo()
        if not user.logged_in:
            yield Finding(
                _SYSTEM,
                "fault",
                f"It does not know the account of {account.variable}: the token has ended or was "
                "revoked.",
                f"Make a new one (argocd account generate-token) and set {account.variable}.",
            )
            continue
        yield await _must(account, user.username)
        yield await _no_more(account, user.username, catalog)


def _accounts(client: ArgoCD, catalog: Catalog, found: Sequence[Application]) -> list[Account]:
    own = {app.name: catalog.scope_of(app.name) for app in found if client.account_of(app.name)}
    result = []
    for scope in ("", *dict.fromkeys(own.values())):
        mine = tuple(app for app in found if own.get(app.name, "") == scope)
        others = tuple(app for app in found if app not in mine and (scope or app.name in own))
        asks = client.account_of(mine[0].name) if scope else client.general_account()
        if asks is not None:
            result.append(Account(asks, scope, mine, others))
    return result


async def _must(account: Account, username: str) -> Finding:
    lacking = {
        action: [
            app.name
            for app in account.acts_on
            if not await account.client.can_i(resource, action, _object(app))
        ]
        for resource, action in (("applications", "get"), ("applications", "sync"))
    }
    refused = {action: names for action, names in lacking.items() if names}
    if not refused:
        return Finding(_SYSTEM, "ok", f"{username} may read and sync all its applications.")
    said = "; ".join(f"{action} {listed(names)}" for action, names in refused.items())
    return Finding(
        _SYSTEM,
        "fault",
        f"{username} may not {said}.",
        "Add to argocd-rbac-cm: " + "; ".join(_lines(account, username, refused)) + ".",
    )


def _lines(account: Account, username: str, refused: dict[str, list[str]]) -> list[str]:
    """The policy's lines that are lacking, one for each right and project."""
    projects = {app.name: app.project for app in account.acts_on}
    return [
        f"p, {username}, applications, {action}, {project}/*, allow"
        for action, names in refused.items()
        for project in dict.fromkeys(projects[name] for name in names)
    ]


async def _no_more(account: Account, username: str, catalog: Catalog) -> Finding:
    """Whether it holds a right that nothing here needs: a stolen token would hold it too."""
    client = account.client
    extra = [
        f"sync {app.name}"
        for app in account.others
        if await client.can_i("applications", "sync", _object(app))
    ]
    samples = list({app.project: app for app in account.acts_on}.values())
    held = [
        action
        for action in _unneeded(account, catalog)
        if [app for app in samples if await client.can_i("applications", action, _object(app))]
    ]
    extra += [f"{listed(held)} applications"] if held else []
    reach = [each for each in _ELSEWHERE if await _may(client, each, "update", "*")]
    extra += [f"update {listed(reach)}"] if reach else []
    if [app for app in samples if await _may(client, "exec", "create", _object(app))]:
        extra.append("open a shell in pods (exec)")
    if not extra:
        return Finding(_SYSTEM, "ok", f"{username} may do no more than it must.")
    return Finding(
        _SYSTEM,
        "warning",
        f"{username} ({account.variable}) may do more than it must: {listed(extra)}.",
        "Narrow its policy in argocd-rbac-cm: it reads and syncs its own applications"
        + ("." if "update" in _unneeded(account, catalog) else ", and updates them to roll back."),
    )


def _unneeded(account: Account, catalog: Catalog) -> tuple[str, ...]:
    """What is done to applications by nobody here. Going back by Argo CD itself needs `update`."""
    ways = {app.name: app.rollback for app in catalog.applications}
    by_argo = any(ways.get(app.name) == "argo" for app in account.acts_on)
    return ("create", "delete") if by_argo else ("create", "update", "delete")


async def _may(client: ArgoCD, resource: str, action: str, what: str) -> bool:
    try:
        return await client.can_i(resource, action, what)
    except Rejected:
        return False  # an Argo CD that does not know the resource grants nothing of it


def _object(app: Application) -> str:
    return f"{app.project}/{app.name}"
