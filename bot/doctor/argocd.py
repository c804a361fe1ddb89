"""Checks of Argo CD: the login, the applications, and what its account may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.doctor.accounts import accounts
from bot.doctor.finding import Finding, Findings
from bot.views.wording import listed

if TYPE_CHECKING:
    from bot.catalog import Catalog
    from integrations.argocd.client import ArgoCD

_SYSTEM = "Argo CD"


async def argocd(client: ArgoCD, catalog: Catalog) -> Findings:
    """Findings about Argo CD, as our account sees it."""
    yield Finding(_SYSTEM, "ok", f"It answers, version {await client.version()}.")
    user = await client.userinfo()
    if not user.logged_in:
        yield Finding(
            _SYSTEM,
            "fault",
            "It does not know us: the token has ended or was revoked.",
            "Make a new one (argocd account generate-token) and set ARGOCD_AUTH_TOKEN.",
        )
        return
    yield Finding(_SYSTEM, "ok", f"We are {user.username}.")
    wanted = {each.name for each in catalog.applications}
    found = [each for each in await client.list_applications() if each.name in wanted]
    absent = sorted(wanted - {each.name for each in found})
    if absent:
        yield Finding(
            _SYSTEM,
            "fault" if not found else "warning",
            f"Of the catalog's {len(wanted)} applications these are not there, or hidden from us: "
            f"{listed(absent)}.",
            f"Grant {user.username} `applications, get` on their projects, or mend the catalog.",
        )
    else:
        yield Finding(_SYSTEM, "ok", f"All {len(wanted)} applications of the catalog are there.")
    async for finding in accounts(client, catalog, found):
        yield finding
