"""Gathers from every memory what a deployment's card shows beyond the deployment itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.controls.scopes import is_known
from bot.deployments.deployment import Deployment
from bot.deployments.gates.live import lies_over
from bot.deployments.gates.wording import warning
from bot.deployments.rollbacks.going_back import known_history
from bot.deployments.rollbacks.offer import Offer, offer
from bot.deployments.rollbacks.undone import taken_back_by
from bot.notifications.owed import card_key
from bot.views.card_facts import CardFacts

if TYPE_CHECKING:
    from bot.services import Services

_LOOKED_AT = 50
"""Among how many of an environment's newest deployments those that gave way are looked for."""


def facts_of(services: Services, deployment: Deployment) -> CardFacts:
    """As things are now, in memory alone: whoever shows a deployment shows it by these."""
    ledger = services.ledger
    newer = _newer(services, deployment)
    taken_back = _taken_back(services, deployment)
    back = [taken_back.id] if taken_back else []
    replaced = _replaced(services, deployment)
    named = (
        *_mentioned(deployment),
        *back,
        *(each.id for each in replaced),
        *filter(None, [newer]),
    )
    over = lies_over(services, deployment)
    return CardFacts(
        now=services.clock.now(),
        progress=services.progress.of(deployment.id),
        sizes=_sizes(services, deployment),
        argocd_url=services.argocd_url,
        is_newest=ledger.is_newest(deployment),
        newer=newer,
        links={key: services.outbox.card_link(card_key(key)) for key in named},
        way_back=_offer(services, deployment),
        over=frozenset(key for key in named if ledger.get(key).ended),
        behind=tuple(ledger.behind(deployment)),
        replaced=replaced,
        taken_back=taken_back,
        closed=over.closed,
        warned=tuple(map(warning, over.warned)),
    )


def _mentioned(deployment: Deployment) -> tuple[str, ...]:
    behind = deployment.queued.behind if deployment.queued else ()
    held = (deployment.held.by,) if deployment.held else ()
    previous = deployment.approval.asked.review.previous if deployment.approval else ""
    return (*behind, *held, *filter(None, (deployment.request.retry_of, previous)))


def _newer(services: Services, deployment: Deployment) -> str:
    """The newest later one of the scope that changed something or still may, "" if none."""
    later = services.ledger.later_than(deployment)
    return next((other.id for other in later if other.leaves_its_mark), "")


def _taken_back(services: Services, deployment: Deployment) -> Deployment | None:
    """The rollback that took it back: nobody looks where nothing could be."""
    if not (deployment.ended and deployment.leaves_its_mark):
        return None
    later = [*services.ledger.later_than(deployment), deployment]
    return taken_back_by(later).get(deployment.id)


def _replaced(services: Services, deployment: Deployment) -> tuple[Deployment, ...]:
    """Those that were asked for shortly before it, and ended because it does all that they would."""
    newest = services.ledger.newest(deployment.request.environment, limit=_LOOKED_AT)
    return tuple(
        each
        for each in newest
        if each.ended and each.ended.by == deployment.id and each.started_at is None
    )


def _sizes(services: Services, deployment: Deployment) -> dict[str, int]:
    """How many resources each application has, as far as that is known now."""
    if deployment.ended:
        return {}
    known = services.applications.applications
    return {name: len(known[name].resources) for name in deployment.runs if name in known}


def _offer(services: Services, deployment: Deployment) -> Offer | None:
    """The rollback that the card offers for as long as none has gone on from there: nothing is
    looked up where nothing went badly.
    """
    if not (deployment.ended and deployment.went_badly):
        return None
    if deployment.request.kind != "deploy" or services.ledger.is_left_behind(deployment):
        return None
    name = deployment.request.environment
    if not is_known(name, services.catalog):
        return None
    environment = services.catalog.environment(name)
    every = [image.service for image in services.catalog.images_of(environment.name)]
    return offer(deployment, known_history(services, environment, every))
