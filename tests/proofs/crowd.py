"""People on a stage, watched by the law: what they type, what they decide, what moves beside them."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from bot.access import Door
from bot.request import Answer
from tests.proofs.law import Law
from tests.proofs.repository import SERVICES, TAGS
from tests.proofs.stage import Stage, person

SELF = "whoever asked for it"


class Crowd:
    """Everybody there is. Begins with `enter`."""

    stage: Stage
    law: Law

    def enter(self, needed: int) -> None:
        """A world in which production takes so many approvals."""
        self.stage = Stage(needed)
        self.law = Law(self.stage, needed)
        self.passes(2)

    def passes(self, seconds: float) -> None:
        self.stage.passes(seconds)

    def ask(self, who: str, words: str, door: Door = Door.SLACK) -> Answer | None:
        return self.stage.run(self.stage.asks(person(who, door), words))

    def one(self, which: int, *, is_open: bool = True) -> str:
        """One of the newest deployments, "" where there is none."""
        known = [key for key, case in self.law.cases.items() if not (is_open and case.ended)]
        return known[-1 - which % min(len(known), 3)] if known else ""

    def decide(
        self, who: str, key: str, door: Door, *, yes: bool, digest: str, override: bool
    ) -> Coroutine[Any, Any, Answer]:
        """Somebody says yes or no; what is told is not to be lost."""
        actor = self.law.cases[key].requester if who == SELF else person(who, door)
        said = self.law.says(key, actor, digest, yes=yes, override=override)
        plan = f" --plan {digest}" if digest else ""
        words = f"approve {key} --yes{plan}" if yes else f'reject {key}{plan} --reason "No"'
        if yes and override:
            words += ' --override --reason "It is known"'

        async def to_the_answer() -> Answer:
            answer = await self.stage.asks(actor, words)
            if answer.error is None:
                self.law.is_told(key, said)
            return answer

        return to_the_answer()

    def shown(self, key: str, how_old: int) -> str:
        """The digest on the card, on an earlier copy of it, or one that nobody was shown."""
        askings = self.law.cases[key].askings
        if how_old == 2:
            return "f" * 16
        return askings[max(-len(askings), -1 - how_old)].digest if askings else ""

    def counts(self, more: int, who: str, words: str) -> None:
        """Every freeze counts, and each end ends one."""
        before = len(self.law.rights.freezes)
        answer = self.ask(who, words)
        told = answer is not None and answer.error is None
        if told:
            assert len(self.law.rights.freezes) == before + more, words

    def world(self, which: int, who: str) -> Callable[[], object]:
        """Something that happens by itself."""
        stage, slack = self.stage, self.stage.slack
        service, tag = SERVICES[which % 2], TAGS[which % len(TAGS)]
        return (
            lambda: stage.git.set_tag(service, tag),
            lambda: stage.git.push("environments/base/configmap.yaml", f"{which}"),
            lambda: stage.git.push("environments/staging/kustomization.yaml", "images: []\n"),
            lambda: slack.leaves("approvers", person(who).id),
            lambda: slack.leaves("oncall", person(who).id),
        )[which % 5]

    def nothing_told_is_lost(self) -> None:
        """Every yes that counts and was answered is in the record, once."""
        for key, case in self.law.cases.items():
            approved: list[str] = []
            for each in self.stage.record.streams[f"deployment/{key}"]:
                if each.type == "ApprovalRequested":
                    approved = []
                if each.type == "Approved":
                    approved.append(each.actor.partition(":")[2])
            assert len(set(approved)) == len(approved), (key, approved)
            told = {each.who.id for each in self.law.counted(case) if each.told}
            if not (case.ended or case.started or case.cancels or case.is_refused):
                kept = len(told & set(approved))
                assert kept >= min(len(told), self.law.needed), (key, told, approved)
