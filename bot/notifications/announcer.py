"""Turns what happens to deployments into what is owed to Slack: the card, and its thread."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

from bot.access import Permission
from bot.access.wording import listed
from bot.deployments.deployment import Deployment
from bot.deployments.events import (
    DeploymentCorrected,
    DeploymentEnded,
    DeploymentEvent,
    DeploymentQueued,
    DeploymentRequested,
    DeploymentStarted,
    QueueHeld,
    read_event,
)
from bot.deployments.folding import after
from bot.deployments.ledger import PREFIX
from bot.deployments.rollbacks.going_back import known_history
from bot.deployments.rollbacks.offer import Offer, offer
from bot.notifications.outbox import Owed
from bot.views.card import CardFacts, card
from bot.views.thread import is_broadcast, stage

if TYPE_CHECKING:
    from bot.services import Services

_GATHER = 0.3
_AHEAD = 40  # cards that a channel has not taken yet, beyond which rendering more is no use
_LINK = 5.0
_REFRESH = 15.0
_QUIET = 10  # cards that wait for Slack, beyond which none is rendered for its clock alone
_REMEMBERED = timedelta(hours=1)
_OTHERS_CARE = (DeploymentRequested, DeploymentQueued, DeploymentStarted, DeploymentEnded)


class Announcer:
    """Keeps every card as it should be; the outbox sees to it that Slack has it."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._quiet = {each.name for each in services.catalog.environments if each.quiet}
        # Cards that are not as they should be: those rendered next, and the rest by channel.
        self._next: dict[str, None] = {}
        self._later: dict[str, dict[str, None]] = defaultdict(dict)
        self._unlinked: set[str] = set()  # cards that name another whose address is not known yet
        self._ends: list[tuple[Deployment, DeploymentEvent]] = []
        self._wake = asyncio.Event()
        services.ledger.listeners.append(self._hear)
        services.progress.listeners.append(self._mark)

    async def restore(self) -> None:
        """Owe again what an earlier life may have left undelivered.

        The outbox knows what Slack already has.
        """
        horizon = self._services.clock.now() - _REMEMBERED
        folds: dict[str, Deployment] = {}
        for recorded in await self._services.store.read_all(prefix=PREFIX):
            key = recorded.stream.removeprefix(PREFIX)
            event = read_event(recorded.data)
            folds[key] = after(folds.get(key), event)
            newest = self._services.ledger.get(key)
            if not newest.state.has_ended or newest.updated_at > horizon:
                self._tell(folds[key], event)
                self._mark(key)

    async def run(self) -> None:
        """Render what has changed, soon after it did, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._render(), name="cards")
            group.create_task(self._refresh(), name="card clock")

    def tick(self) -> None:
        """Render the cards that are not as they should be, as far as Slack can take them.

        It takes a few messages a second. Where very many cards change at once, the ends are
        rendered at once, and the rest when their turn comes, as they are by then.
        """
        ledger, waiting = self._services.ledger, self._services.outbox.waiting_cards()
        for channel, later in self._later.items():
            for key in [*islice(later, max(0, _AHEAD - waiting[channel]))]:
                del later[key]
                self._next[key] = None
        now, self._next = self._next, {}
        for key in now:
            self._owe_card(ledger.get(key))
        ends, self._ends = self._ends, []
        for deployment, event in ends:  # after their cards, which the outbox shows first
            self._owe_stage(deployment, event)

    async def _render(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            self.tick()
            await self._services.clock.sleep(_GATHER)
            if any(self._later.values()):
                self._wake.set()

    async def _refresh(self) -> None:
        while True:
            for _ in range(int(_REFRESH / _LINK)):
                await self._services.clock.sleep(_LINK)
                unlinked, self._unlinked = self._unlinked, set()
                for key in unlinked:
                    self._mark(key)
            waiting = self._services.outbox.waiting_cards()
            for deployment in self._services.ledger.open():
                if waiting[deployment.request.channel] < _QUIET:
                    self._mark(deployment.id)

    def _hear(self, deployment: Deployment, event: DeploymentEvent) -> None:
        self._mark(deployment.id)
        self._tell(deployment, event)
        if isinstance(event, _OTHERS_CARE) and not deployment.is_dry_run:
            self._mark_older(deployment)
        if isinstance(event, QueueHeld):
            self._mark(event.by)

    def _tell(self, deployment: Deployment, event: DeploymentEvent) -> None:
        """Owe the thread's post; that of an end once the card is rendered with it, and none of a
        beginning, which is the card itself.
        """
        if isinstance(event, DeploymentRequested):
            return
        if isinstance(event, DeploymentEnded | DeploymentCorrected):
            self._ends.append((deployment, event))
        else:
            self._owe_stage(deployment, event)

    def _mark_older(self, deployment: Deployment) -> None:
        """The card that the deployment replaces as its scope's newest, and dry runs since."""
        for older in self._services.ledger.newest(limit=20):
            if not older.ended or older.id == deployment.id:
                continue
            if older.request.at <= deployment.request.at and older.overlaps(deployment):
                self._mark(older.id)
                if not older.is_dry_run:
                    break

    def _mark(self, key: str) -> None:
        deployment = self._services.ledger.get(key)
        later = self._later[deployment.request.channel]
        if deployment.ended or self._services.outbox.waits(card_key(key)):
            later.pop(key, None)
            self._next[key] = None
        elif key not in self._next:
            later[key] = None
        self._wake.set()

    def _owe_card(self, deployment: Deployment) -> None:
        if self._is_quiet(deployment):
            return
        outbox, ledger = self._services.outbox, self._services.ledger
        newer = self._newer(deployment)
        named = (*_mentioned(deployment), *filter(None, [newer]))
        links = {key: outbox.card_link(card_key(key)) for key in named}
        if not all(links.values()):
            self._unlinked.add(deployment.id)
        facts = CardFacts(
            now=self._services.clock.now(),
            progress=self._services.progress.of(deployment.id),
            sizes=self._sizes(deployment),
            argocd_url=self._services.argocd_url,
            is_newest=ledger.is_newest(deployment),
            newer=newer,
            links=links,
            way_back=self._offer(deployment),
            over=frozenset(key for key in named if ledger.get(key).ended),
            behind=tuple(ledger.behind(deployment)),
        )
        outbox.owe(
            Owed(
                key=card_key(deployment.id),
                channel=deployment.request.channel,
                message=card(deployment, facts),
                urgent=deployment.ended is not None,
            )
        )

    def _owe_stage(self, deployment: Deployment, event: DeploymentEvent) -> None:
        if self._is_quiet(deployment):
            return
        ledger = self._services.ledger
        message = stage(
            deployment,
            event,
            ledger.behind(deployment),
            is_newest=ledger.is_newest(deployment),
            may_roll_back=self._may_roll_back(deployment),
        )
        if message is None:
            return
        about = getattr(event, "application", "") or str(getattr(event, "wave", ""))
        moment = int(event.at.timestamp() * 1000)
        self._services.outbox.owe(
            Owed(
                key=f"deployment:{deployment.id}:{event.type}:{about}:{moment}",
                channel=deployment.request.channel,
                message=message,
                thread_of=card_key(deployment.id),
                broadcast=is_broadcast(deployment, event),
                once=True,
                urgent=isinstance(event, DeploymentEnded | DeploymentCorrected),
            )
        )

    def _may_roll_back(self, deployment: Deployment) -> str:
        """Whom a bad end calls where changes need approvals: the holders of `rollback`, "" else."""
        catalog, name = self._services.catalog, deployment.request.environment
        if deployment.request.kind != "deploy" or not catalog.environment(name).needs_approval:
            return ""
        holders = catalog.access.holders(Permission.ROLLBACK, name).subjects
        return listed(holders) if holders else ""

    def _offer(self, deployment: Deployment) -> Offer | None:
        """The rollback that the card offers: nothing is looked up where nothing went badly."""
        if not (deployment.ended and deployment.went_badly):
            return None
        services = self._services
        if deployment.request.kind != "deploy" or not services.ledger.is_newest(deployment):
            return None
        environment = services.catalog.environment(deployment.request.environment)
        every = [image.service for image in services.catalog.images_of(environment.name)]
        return offer(deployment, known_history(services, environment, every))

    def _is_quiet(self, deployment: Deployment) -> bool:
        """Whether nobody needs to see it: automation did it where that is no news, and it goes
        well so far. What has a card keeps it.
        """
        request, outbox, key = deployment.request, self._services.outbox, card_key(deployment.id)
        if request.actor.kind == "slack" or request.environment not in self._quiet:
            return False
        has_card = outbox.posted(key) is not None or outbox.waits(key)
        return not (deployment.went_badly or deployment.held or has_card)

    def _sizes(self, deployment: Deployment) -> dict[str, int]:
        """How many resources each application has, as far as that is known now."""
        if deployment.ended:
            return {}
        known = self._services.applications.applications
        return {name: len(known[name].resources) for name in deployment.runs if name in known}

    def _newer(self, deployment: Deployment) -> str:
        """The newest later one of the scope that changed something or still may, "" if none."""
        later = self._services.ledger.later_than(deployment)
        return next((other.id for other in later if other.leaves_its_mark), "")


def card_key(deployment_id: str) -> str:
    """The outbox key of a deployment's card."""
    return f"deployment:{deployment_id}:card"


def _mentioned(deployment: Deployment) -> tuple[str, ...]:
    behind = deployment.queued.behind if deployment.queued else ()
    held = (deployment.held.by,) if deployment.held else ()
    retried = (deployment.request.retry_of,) if deployment.request.retry_of else ()
    return (*behind, *held, *retried)
