"""What commands and the controller work with, joined once in app.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.audit.recorder import Recorder
    from bot.catalog import Catalog
    from bot.controls.register import Register
    from bot.deployments.ledger import Ledger
    from bot.deployments.releases.spell_book import SpellBook
    from bot.deployments.rollouts.progress import ProgressBoard
    from bot.membership import Membership
    from bot.notifications import Outbox
    from bot.reachability import Reachability
    from bot.store import Store
    from integrations.argocd.client import ArgoCD
    from integrations.argocd.watch import ApplicationWatch
    from integrations.clock import Clock
    from integrations.github import GitHub
    from integrations.gitops import GitOps
    from integrations.registry import Registry
    from integrations.slack import Slack


@dataclass(frozen=True, slots=True)
class Services:
    """Every system and every memory, by its name. `github` and `registry` are None where none is
    configured.
    """

    catalog: Catalog
    clock: Clock
    store: Store
    slack: Slack
    argocd: ArgoCD
    applications: ApplicationWatch
    gitops: GitOps
    github: GitHub | None
    registry: Registry | None
    membership: Membership
    outbox: Outbox
    ledger: Ledger
    controls: Register
    spells: SpellBook
    progress: ProgressBoard
    reachability: Reachability
    audit: Recorder
    app_id: str = ""  # of the Slack app, where the settings name it
    argocd_url: str = ""
    own_url: str = ""  # where the command line reaches this bot, where the settings name it
    version: str = ""
