"""Checks of the catalog: whether authors can be told from those who approve their changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.doctor.finding import Finding, Findings
from bot.views.wording import listed

if TYPE_CHECKING:
    from bot.catalog import Catalog


async def authors(catalog: Catalog) -> Findings:
    """A warning where authors are to be kept from approving, and nobody's GitHub login is known."""
    strict = [
        each.name
        for each in catalog.environments
        if each.needs_approval and not each.approval.authors_may
    ]
    if strict and not catalog.github_logins:
        yield Finding(
            "Catalog",
            "warning",
            f"In {listed(strict)} an author of a change could approve it: nobody's GitHub login "
            "is known.",
            "Fill `github_logins` in the catalog, or say `approval: {authors_may: true}` there.",
        )
