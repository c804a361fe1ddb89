"""Turns what happens to deployments into what is owed to Slack: the card, and its thread."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import timedelta
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from bot.access import Permission
from bot.access.wording import listed
from bot.controls.scopes import is_known
from bot.deployments.deployment import Deployment
from bot.deployments.events import (
    ApprovalLapsed,
    ApprovalRequested,
    Approved,
    CancelRequested,
    DeploymentCorrected,
    DeploymentEnded,
    DeploymentEvent,
    DeploymentQueued,
    DeploymentRequested,
    DeploymentStarted,
    QueueHeld,
    Rejected,
    read_event,
)
from bot.deployments.folding import after
from bot.deployments.gates.live import frozen_by_the_clock, is_under
from bot.deployments.ledger import PREFIX
from bot.deployments.succession import goes_on
from bot.guarded import for_ever
from bot.notifications.again import Again
from bot.notifications.card_facts import facts_of
from bot.notifications.owed import Owed, card_key
from bot.views.card import card
from bot.views.thread import is_broadcast, stage
from integrations.groups import TaskGroup

if TYPE_CHECKING:
    from bot.services import Services

_GATHER = 0.3
_AHEAD = 40  # cards that a channel has not taken yet, beyond which rendering more is no use
_LINK = 5.0
_REFRESH = 15.0
_QUIET = 10  # cards that wait for Slack, beyond which none is rendered for its clock alone
_REMEMBERED = timedelta(hours=1)
_OTHERS_CARE = (
    DeploymentRequested,
    DeploymentQueued,
    DeploymentStarted,
    ApprovalLapsed,
    DeploymentEnded,
)
_LOOKED_BACK = 10
"""Deployments of an application among which that is looked for whose card a newer one ages."""
_DECIDES = (ApprovalRequested, Approved, Rejected, ApprovalLapsed, CancelRequested)
"""What takes buttons off a card or makes them mean something else: it is shown at once."""


class Announcer:
    """Keeps every card as it should be; the outbox sees to it that Slack has it."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._quiet = {each.name for each in services.catalog.environments if each.quiet}
        # Cards that are not as they should be: those rendered next, and the rest by channel.
        self._next: dict[str, None] = {}
        self._later: dict[str, dict[str, None]] = defaultdict(dict)
        self._unlinked: set[str] = set()  # cards that name another whose address is not known yet
        self._pressing: set[str] = set()  # cards whose buttons are not what they say any more
        self._aging: dict[str, set[str]] = {}  # what may have aged other cards, by application
        self._frozen = frozen_by_the_clock(services.catalog, services.clock.now())
        self.again = Again(services.clock)
        self._ends: list[tuple[Deployment, DeploymentEvent]] = []
        self._wake = asyncio.Event()
        services.ledger.listeners.append(self._hear)
        services.progress.listeners.append(self._mark)
        services.controls.listeners.append(lambda controls, _: self._mark_under(controls.scope))

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
                self._note_aging(folds[key], event)

    async def run(self) -> None:
        """Render what has changed, soon after it did, until cancelled."""
        async with TaskGroup() as group:
            clock = self._services.clock
            group.create_task(for_ever("cards", self._render, clock), name="cards")
            group.create_task(for_ever("card clock", self._refresh, clock), name="card clock")

    def tick(self) -> None:
        """Render the cards that are not as they should be, as far as Slack can take them.

        It takes a few messages a second. Where very many cards change at once, the ends are
        rendered at once, and the rest when their turn comes, as they are by then.
        """
        self._mark_aged()
        waiting = self._services.outbox.waiting_cards()
        for channel, later in self._later.items():
            for key in [*islice(later, max(0, _AHEAD - waiting[channel]))]:
                del later[key]
                self._next[key] = None
        now, self._next = self._next, {}
        for key in now:
            self.again.attempt(key, partial(self._owe_card, key))
            self._pressing.discard(key)
        ends, self._ends = self._ends, []
        for told in ends:  # after their cards, which the outbox shows first
            self._owe_post(*told)

    async def _render(self) -> None:
        await self._wake.wait()
        self._wake.clear()
        self.tick()
        await self._services.clock.sleep(_GATHER)
        if any(self._later.values()):
            self._wake.set()

    async def _refresh(self) -> None:
        for _ in range(int(_REFRESH / _LINK)):
            await self._services.clock.sleep(_LINK)
            self.look_for_links()
            self.look_at_the_clock()
        self.again.tick()
        waiting = self._services.outbox.waiting_cards()
        for deployment in self._services.ledger.open():
            if waiting[deployment.request.channel] < _QUIET:
                self._mark(deployment.id)

    def look_for_links(self) -> None:
        """Mark what names another whose card had no address yet: one that is quiet gets none."""
        unlinked, self._unlinked = self._unlinked, set()
        for key in unlinked:
            self._mark(key)

    def look_at_the_clock(self) -> None:
        """Mark what waits where a freeze window of the catalog has begun or ended."""
        now_frozen = frozen_by_the_clock(self._services.catalog, self._services.clock.now())
        was, self._frozen = self._frozen, now_frozen
        for scope in {environment for environment, _ in was ^ now_frozen}:
            self._mark_under(scope)

    def _mark_under(self, scope: str) -> None:
        """Every card that waits under `scope`: what lies over that is other than it says."""
        for deployment in self._services.ledger.open():
            waits = deployment.started_at is None
            if waits and is_under(self._services.catalog, deployment, scope):
                self._mark(deployment.id)

    def _hear(self, deployment: Deployment, event: DeploymentEvent) -> None:
        if isinstance(event, _DECIDES):
            self._pressing.add(deployment.id)
        self._mark(deployment.id)
        self._tell(deployment, event)
        self._note_aging(deployment, event)
        if isinstance(event, QueueHeld):
            self._mark(event.by)
        if isinstance(event, DeploymentEnded) and self._services.ledger.knows(event.by):
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
            self._owe_post(deployment, event)

    def _note_aging(self, deployment: Deployment, event: DeploymentEvent) -> None:
        if isinstance(event, _OTHERS_CARE) and not deployment.is_dry_run:
            for name in deployment.request.applications:
                self._aging.setdefault(name, set()).add(deployment.id)

    def _mark_aged(self) -> None:
        """The cards that others replace as the newest of an application, or give that place back
        to, and what came to nothing since: looked for once for all that has happened by now.
        """
        aging, self._aging = self._aging, {}
        for name, newer in aging.items():
            line = self._services.ledger.newest_of([name])
            for other in islice(line, _LOOKED_BACK + len(newer)):
                if other.ended and other.id not in newer:
                    self._mark(other.id)
                    if goes_on(other):  # no card before it has any button that changes something
                        break

    def _mark(self, key: str) -> None:
        deployment = self._services.ledger.get(key)
        later = self._later[deployment.request.channel]
        pressing = deployment.ended or key in self._pressing
        if pressing or self._services.outbox.waits(card_key(key)):
            later.pop(key, None)
            self._next[key] = None
        elif key not in self._next:
            later[key] = None
        self._wake.set()

    def _owe_card(self, key: str) -> None:
        ledger = self._services.ledger
        deployment = ledger.get(key)
        if self._is_quiet(deployment):
            return
        facts = facts_of(self._services, deployment)
        nowhere = (ledger.get(other) for other, link in facts.links.items() if not link)
        if not all(map(self._is_quiet, nowhere)):
            self._unlinked.add(deployment.id)
        self._services.outbox.owe(
            Owed(
                key=card_key(deployment.id),
                channel=deployment.request.channel,
                message=card(deployment, facts),
                urgent=deployment.ended is not None or key in self._pressing,
            )
        )

    def _owe_post(self, deployment: Deployment, event: DeploymentEvent) -> None:
        key = f"{deployment.id} {event.type} {deployment.version}"
        self.again.attempt(key, partial(self._owe_stage, deployment, event))

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
        """Whom a bad end calls where changes need approvals: the holders of `rollback`; "" else, and
        where there is nothing to go back from.
        """
        catalog, name = self._services.catalog, deployment.request.environment
        if deployment.request.kind != "deploy" or not is_known(name, catalog):
            return ""
        if not catalog.environment(name).needs_approval:
            return ""
        if not (deployment.has_written or deployment.has_asked):
            return ""
        holders = catalog.access.holders(Permission.ROLLBACK, name).subjects
        return listed(holders) if holders else ""

    def _is_quiet(self, deployment: Deployment) -> bool:
        """Whether nobody needs to see it: automation did it where that is no news, and it goes
        well so far. What has a card keeps it.
        """
        request, outbox, key = deployment.request, self._services.outbox, card_key(deployment.id)
        if request.actor.kind == "slack" or request.environment not in self._quiet:
            return False
        has_card = outbox.posted(key) is not None or outbox.waits(key)
        return not (deployment.went_badly or deployment.held or has_card)
