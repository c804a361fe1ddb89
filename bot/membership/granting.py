"""What the catalog tells of access, as far as memberships matter for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from bot.access import Grant


class Granting(Protocol):
    """The catalog is one."""

    @property
    def access(self) -> Sequence[Grant]:
        """All grants."""
        ...

    @property
    def groups(self) -> Sequence[str]:
        """The user groups that grants name, by handle or ID."""
        ...

    @property
    def teams(self) -> Sequence[str]:
        """The GitHub teams that grants name, "organisation/team"."""
        ...

    @property
    def privileged_groups(self) -> frozenset[str]:
        """Those of the groups and teams whose members are recorded."""
        ...

    @property
    def github_logins(self) -> Mapping[str, str]:
        """GitHub logins by Slack user ID."""
        ...

    @property
    def decides_after_hours(self) -> float:
        """For how long somebody is in a group before they decide as its member."""
        ...
