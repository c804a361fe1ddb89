"""Which images run: the pods tell, or the record where they do not."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from bot.deployments.releases.running import running_in
from integrations.argocd.model import Application, ApplicationRef, ResourceRef
from integrations.argocd.objects import RunningImage
from integrations.errors import Unreachable
from tests.bot.deployments.histories import asked, change
from tests.bot.deployments.services import CATALOG, services

if TYPE_CHECKING:
    from bot.deployments.deployment import Deployment
    from bot.services import Services

ONE, TWO = "sha256:" + "1" * 64, "sha256:" + "2" * 64
STAGING = CATALOG.environment("staging")
IMAGE = "ghcr.io/link/user-svc"
POD = ResourceRef("Pod", "user-svc-1")


@dataclass
class ArgoCDWithPods:
    pods: tuple[RunningImage, ...] = ()
    away: bool = False

    async def running_images(
        self, ref: ApplicationRef, images: Collection[str]
    ) -> tuple[RunningImage, ...]:
        assert ref.name == "link-app-staging"
        if self.away:
            raise Unreachable("Argo CD", "It is away.")
        return tuple(pod for pod in self.pods if pod.name in images)


def there(argocd: ArgoCDWithPods, *deployments: Deployment) -> Services:
    known = {"link-app-staging": Application("link-app-staging")}
    ledger = SimpleNamespace(every=lambda _environment: iter(deployments))
    watch = SimpleNamespace(applications=known)
    return services(argocd=argocd, ledger=ledger, applications=watch)


def pod(reference: str, digest: str = "") -> RunningImage:
    return RunningImage(POD, "main", f"{IMAGE}{reference}", digest, ready=True)


async def runs(where: Services) -> tuple[tuple[str, ...], str]:
    images = [CATALOG.service("user-svc")]
    found = (await running_in(where, STAGING, images))["user-svc"]
    return found.tags, found.digest


async def test_the_pods_tell_tag_and_digest_pinned_or_not() -> None:
    assert await runs(there(ArgoCDWithPods((pod(":t1", ONE), pod(":t1", ONE))))) == (("t1",), ONE)
    assert await runs(there(ArgoCDWithPods((pod(f":t1@{ONE}", ONE),)))) == (("t1",), ONE)


async def test_pods_that_differ_run_no_one_image() -> None:
    tags, digest = await runs(there(ArgoCDWithPods((pod(":t1", ONE), pod(":t1", TWO)))))

    assert (tags, digest) == (("t1",), "")


def brought(digest: str) -> Deployment:
    moved = change("user-svc", after="t1").model_copy(update={"digest": digest})
    return (
        asked().found().started().planned(("a",), changes=[moved]).intended().committed().deployment
    )


async def test_pods_that_say_nothing_are_spoken_for_by_the_record_of_their_tag() -> None:
    silent = ArgoCDWithPods((pod(":t1"),))

    assert await runs(there(silent, brought(ONE), brought(TWO))) == (("t1",), ONE)
    assert await runs(there(silent)) == (("t1",), "")
    assert await runs(there(ArgoCDWithPods((pod(":t2"),)), brought(ONE))) == (("t2",), "")


async def test_the_record_of_what_never_came_or_was_taken_back_tells_nothing() -> None:
    silent = ArgoCDWithPods((pod(":t1"),))
    moved = change("user-svc", after="t1").model_copy(update={"digest": ONE})
    planned = asked().found().started().planned(("a",), changes=[moved])
    assert await runs(there(silent, planned.deployment)) == (("t1",), "")

    back = planned.intended().committed().cancelled(revert=True).reverted("a")
    assert await runs(there(silent, back.deployment)) == (("t1",), "")


async def test_without_pods_nothing_is_known() -> None:
    assert await runs(there(ArgoCDWithPods(), brought(ONE))) == ((), "")


async def test_an_argo_cd_that_is_away_is_not_guessed_at() -> None:
    with pytest.raises(Unreachable):
        await runs(there(ArgoCDWithPods(away=True)))
