"""What a card shows beyond the deployment itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.deployments.deployment import Deployment
from bot.deployments.gates.gate import Gate
from bot.deployments.rollbacks.offer import Offer
from bot.deployments.rollouts.progress import Progress
from bot.views.blocks import code, link


@dataclass(frozen=True, slots=True)
class CardFacts:
    """The moment, the world's progress, and the deployments that this one has to do with."""

    now: datetime
    progress: Mapping[str, Progress] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)  # resources, by application
    argocd_url: str = ""
    is_newest: bool = True
    newer: str = ""  # the newest later one of the scope that changed something, or still may
    links: Mapping[str, str] = field(default_factory=dict)  # other deployments' permalinks
    over: frozenset[str] = frozenset()  # those named by this one that have ended
    way_back: Offer | None = None  # what can be gone back to, where it went badly
    behind: tuple[Deployment, ...] = ()  # those that wait for this one, or for a word on its end
    replaced: tuple[Deployment, ...] = ()  # those whose place this one took
    taken_back: Deployment | None = None  # the rollback that took this one back
    closed: tuple[Gate, ...] = ()  # what memory knows to be shut to it now, before it starts
    warned: tuple[str, ...] = ()  # what lies over it now and stops automation alone


def reference(key: str, facts: CardFacts) -> str:
    """Another deployment by its id, with its card's address where that is known."""
    url = facts.links.get(key, "")
    return link(url, key) if url else code(key)
