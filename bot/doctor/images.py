"""Checks of the registry: whether it can be read, and written to where images are promoted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.doctor.finding import Finding, Findings
from bot.views.wording import count, listed
from integrations.errors import Forbidden, Unauthorized

if TYPE_CHECKING:
    from bot.catalog import Catalog
    from integrations.registry import Registry

_SYSTEM = "Registry"
_ANY_TAG = "latest"


async def images(client: Registry | None, catalog: Catalog) -> Findings:
    """Findings about the registry."""
    if client is None:
        yield Finding(
            _SYSTEM,
            "warning",
            "No registry is configured: tags are deployed as they are, and nothing is promoted.",
            "Set REGISTRY_URL and, where it wants an account, REGISTRY_TOKEN.",
        )
        return
    await client.ping()
    yield Finding(_SYSTEM, "ok", "It answers, and takes our account.")
    names = [image.name for image in catalog.services]
    closed = [name for name in names if not await _may_read(client, name)]
    if closed:
        yield Finding(
            _SYSTEM,
            "fault",
            f"Our account may not read {listed(closed, 3)}.",
            "Give the account of REGISTRY_TOKEN the right to pull (read:packages).",
        )
    else:
        yield Finding(_SYSTEM, "ok", f"{count(len(names), 'image')} can be read.")
    if any(each.promotion and each.needs_approval for each in catalog.environments):
        yield await _push(client, names)


async def _may_read(client: Registry, name: str) -> bool:
    try:
        await client.digest(name, _ANY_TAG)  # none of that name is an answer as well
    except (Unauthorized, Forbidden):
        return False
    return True


async def _push(client: Registry, names: list[str]) -> Finding:
    """Whether promoted images can be given their tag."""
    closed = []
    for name in names:
        try:
            await client.check_push(name)
        except (Unauthorized, Forbidden):
            closed.append(name)
    if not closed:
        return Finding(_SYSTEM, "ok", "Promoted images can be given a tag.")
    return Finding(
        _SYSTEM,
        "fault",
        f"Our account may not write {listed(closed, 3)}: nothing there can be promoted.",
        "Give the account of REGISTRY_TOKEN the right to push (write:packages).",
    )
