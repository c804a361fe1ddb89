"""The rules of change once more, written from the rulebook alone, and who breaks them.

What people did is told by whoever makes them do it, what was asked and shown by the record, what
changed by Git and Argo CD themselves. No answer of the bot is believed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.access import Actor
from bot.store import Recorded
from integrations.argocd.model import Health, Operation
from tests.proofs.cases import Asking, Case, Decision, Tags, asking_of, moved
from tests.proofs.repository import FILES, Pushed
from tests.proofs.rights import Rights
from tests.proofs.stage import Stage

EXPIRES, START_WITHIN = timedelta(minutes=12), timedelta(minutes=3)
FRESH = timedelta(days=30)
BEFORE_ALL = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
LATE = timedelta(seconds=70)
"""What changes in this last moment may not be known yet: groups are remembered for a minute."""


class Law:
    """Looks at every change of production the moment that it happens. `broken` says how."""

    def __init__(self, stage: Stage, needed: int) -> None:
        self.broken: list[str] = []
        self.seen: Counter[str] = Counter()
        self.cases: dict[str, Case] = {}
        self.rights = Rights(stage.slack, stage.clock)
        self.needed, self._stage = needed, stage
        self._good: dict[tuple[str, str], datetime | None] = {}  # when it ran last, None: now
        self._operations: Counter[tuple[str, bool]] = Counter()
        stage.record.witnesses.append(self._recorded)
        stage.git.witnesses.append(self._pushed)
        stage.argocd.witnesses.append(self._asked_to_sync)

    @property
    def _now(self) -> datetime:
        return self._stage.clock.now()

    def says(self, key: str, who: Actor, digest: str, *, yes: bool, override: bool) -> Decision:
        """Somebody decides on a deployment, whatever comes of it."""
        said = Decision(who, digest, self._now, override)
        case = self.cases[key]
        asking = case.askings[-1] if case.askings else None
        if asking is not None and not asking.void and digest in ("", asking.digest):
            (asking.yes if yes else asking.no).append(said)
        return said

    def is_told(self, key: str, said: Decision) -> None:
        """The answer to a decision has come: what it said is not to be lost from here on."""
        for asking in self.cases[key].askings:
            for said_so in (asking.yes, asking.no):
                if said in said_so:
                    said_so[said_so.index(said)] = replace(said, told=True)

    def counted(self, case: Case) -> list[Decision]:
        """Whose yes to what is asked now counts now, the first of each, in order."""
        asking = case.askings[-1] if case.askings else None
        if asking is None or asking.void:
            return []
        first: dict[str, Decision] = {}
        for said in asking.yes:
            if said.told and self._may_approve(case, asking, said):
                first.setdefault(said.who.id, said)
        return list(first.values())

    def _may_approve(self, case: Case, asking: Asking, said: Decision) -> bool:
        who, rights = said.who, self.rights
        timely = said.at < asking.at + EXPIRES + timedelta(minutes=2)  # a night is a minute long
        if not timely or not rights.holds(who, "approve", said.at):
            return False
        if not rights.holds(who, "approve", self._now) or who.id == case.requester.id:
            return False
        return self._is_no_author(asking, said)

    def _is_no_author(self, asking: Asking, said: Decision) -> bool:
        if not asking.changes or asking.status in ("identical", "behind"):
            return True
        overrides = said.override and self.rights.holds(said.who, "override", said.at)
        if asking.status == "unknown":
            return overrides
        if self.rights.login(said.who) in asking.logins:
            return False
        return overrides or all(self.rights.is_known(login) for login in asking.logins)

    def _recorded(self, recorded: Recorded) -> None:
        kind, _, key = recorded.stream.partition("/")
        told: Mapping[str, Any] = recorded.data
        if kind == "controls":
            why = self.rights.lies_over(key, recorded.type, told)
            self.broken += [why] if why else []
        if kind != "deployment":
            return
        case = self.cases.get(key)
        if case is not None:
            self._happened(key, case, recorded.type, told)
        else:
            self.cases[key] = Case(told, Actor.model_validate(told["actor"]))

    def _happened(self, key: str, case: Case, what: str, told: Mapping[str, Any]) -> None:
        match what:
            case "ApprovalRequested":
                healthy = self._stage.argocd.now().health is Health.HEALTHY
                case.askings.append(asking_of(told, self._now, was_well=healthy))
            case "ApprovalLapsed":
                case.askings[-1].void, case.started, case.intended = True, None, None
                self.seen["lapsed"] += 1
            case "Approved":
                self._said_yes(key, Actor.model_validate(told["actor"]))
            case "DeploymentStarted":
                case.started = self._now
            case "CommitIntended":
                case.intended = self._now
            case "CancelRequested":
                self._cancelled(key, case, told)
            case "DeploymentReviewed":
                self._reviewed(key, case, Actor.model_validate(told["actor"]))
            case "DeploymentEnded":
                self._ended(case, told["outcome"])
                if "shipmate itself failed" in told["message"]:
                    self.broken.append(f"{key}: a bug")

    def _said_yes(self, key: str, who: Actor) -> None:
        self.seen["approved"] += 1
        for said in [each for each in self.cases[key].askings[-1].yes if each.who == who]:
            self.is_told(key, said)
        counted = [each.who.subject for each in self.counted(self.cases[key])]
        if who.subject not in counted:
            self.broken.append(f"{who.subject} approved {key} and may not")

    def _cancelled(self, key: str, case: Case, told: Mapping[str, Any]) -> None:
        self.seen["cancelled"] += 1
        wish = Decision(Actor.model_validate(told["actor"]), "", self._now, told=True)
        case.cancels.append(wish)
        if not self.rights.may_cancel(case.requester, wish):
            self.broken.append(f"{wish.who.subject} cancelled {key} and may not")

    def _reviewed(self, key: str, case: Case, who: Actor) -> None:
        self.seen["reviewed"] += 1
        if who.id == case.requester.id or not self.rights.holds(who, "approve", self._now):
            self.broken.append(f"{who.subject} reviewed {key} and may not")
        if case.ended == "Succeeded":
            self._good_now(case)

    def _ended(self, case: Case, outcome: str) -> None:
        self.seen[outcome] += 1
        case.ended = outcome
        if outcome != "Succeeded" or not case.by_approval:
            return
        self._good_now(case)

    def _what_approvers_saw(self, case: Case) -> None:
        """What they saw run Healthy when they let it be replaced was approved with that."""
        if case.by_approval and case.askings[-1].was_well:
            for service, before, _ in case.askings[-1].changes:
                self._good.setdefault((service, before), self._now)

    def _good_now(self, case: Case) -> None:
        for service, _, after in case.committed[1] if case.committed else ():
            stands = self._stage.git.tags()[service] == after
            self._good[service, after] = None if stands else self._now

    def _pushed(self, before: Pushed, after: Pushed) -> None:
        key = after.trailers.get("Deploy-Id", "")
        back = after.trailers.get("Reverts-Deploy-Id", "")
        changes = moved(before, after)
        why = self._why_not_back(back, changes) if back else self._why_not(key, changes)
        if before.texts[FILES["staging"]] != after.texts[FILES["staging"]]:
            why = "it reached into staging"
        if why:
            self.broken.append(f"{key or back} committed {changes}: {why}")
        for service, left, reached in changes:
            for tag, ran in ((left, self._now), (reached, None)):
                if (service, tag) in self._good:
                    self._good[service, tag] = ran
        if back:
            self.cases[back].reverted = True
            return
        self.seen["commit"] += 1
        if self.cases[key].committed:
            self.broken.append(f"{key} committed twice")
        self._what_approvers_saw(self.cases[key])
        self.cases[key].committed = (f"{len(self._stage.git.commits):040x}", changes)

    def _asked_to_sync(self, operation: Operation) -> None:
        key = operation.infos["shipmate-deploy-id"].partition("-")[0]
        case = self.cases[key]
        self._operations[key, case.reverted] += 1
        if self._operations[key, case.reverted] > 1:
            self.broken.append(f"{key} was synced twice")
        if (
            case.committed
            and not case.reverted
            and operation.revision
            not in (
                "",
                case.committed[0],
            )
        ):
            self.broken.append(f"{key} synced {operation.revision}, not its commit")
        if case.committed or case.reverted:
            return
        self.seen["sync alone"] += 1
        why = self._why_not(key, ())
        if why:
            self.broken.append(f"{key} synced: {why}")

    def _why_not(self, key: str, changes: Tags) -> str:
        """What forbids that this deployment changes production now, "" for nothing."""
        case, now = self.cases[key], self._now
        if any(each.at < (case.intended or now) for each in case.cancels):
            return "it was cancelled"
        if case.ended:
            return "it has ended"
        if case.asked["break_glass"]:
            self.seen["break-glass"] += 1
            return "" if self._always(case, "break-glass") else "no right to break the glass"
        way_back = case.asked["way_back"]
        if way_back and way_back["at_once"]:
            return self._why_not_at_once(case, changes)
        return self._why_not_approved(case, changes) or self.rights.closed(
            case.requester, case.started or now
        )

    def _why_not_at_once(self, case: Case, changes: Tags) -> str:
        self.seen["rollback"] += 1
        if not self._always(case, "rollback"):
            return "no right to roll back"
        for service, _, after in changes:
            ran = self._good.get((service, after), BEFORE_ALL)
            if ran is not None and self._now - ran > FRESH + LATE:
                return f"{after} of {service} was not approved and Healthy here lately"
        return self.rights.closed(case.requester, case.started or self._now, rollback=True)

    def _always(self, case: Case, permission: str) -> bool:
        asked = datetime.fromisoformat(case.asked["at"])
        holds = self.rights.holds
        return holds(case.requester, permission, asked) and holds(
            case.requester, permission, self._now
        )

    def _why_not_approved(self, case: Case, changes: Tags) -> str:
        asking = case.askings[-1] if case.askings else None
        if asking is None or asking.void:
            return "nobody was asked, or not anew"
        counted = self.counted(case)
        if len(counted) < self.needed:
            return f"{len(counted)} of {self.needed} said yes"
        granted = counted[self.needed - 1].at
        if any(no.told and no.at < granted for no in asking.no if self._may_reject(no)):
            return "it was rejected"
        if self._now > granted + START_WITHIN + timedelta(seconds=5):
            return f"approved {self._now - granted} ago"
        changed = tuple(each for each in asking.changes if each[1] != each[2])
        if changes != changed:
            return f"approved was {changed}"
        late = [at for sha, at in self._riding() if sha not in asking.riding]
        if any(self._now - at > LATE for at in late):
            return "other commits ride along"
        case.by_approval = True
        return ""

    def _may_reject(self, no: Decision) -> bool:
        return self.rights.holds(no.who, "approve", no.at)

    def _riding(self) -> list[tuple[str, datetime]]:
        git, argocd = self._stage.git, self._stage.argocd
        found = git.between(argocd.synced, git.at)
        before, now = (git.commits[int(sha, 16)].texts for sha in (argocd.synced, git.at))
        moved = {path for path in now if before.get(path) != now[path]} - {FILES["staging"]}
        return [(sha, each.at) for sha, each in found if moved & set(each.files)]

    def _why_not_back(self, key: str, changes: Tags) -> str:
        case = self.cases[key]
        self.seen["reverted"] += 1
        if not any(self.rights.may_cancel(case.requester, each) for each in case.cancels):
            return "nobody who may has cancelled it"
        if case.reverted:
            return "twice"
        ours = case.committed[1] if case.committed else ()
        if {(s, after, before) for s, before, after in ours} < set(changes):
            return f"it had set {ours}"
        return ""
