"""The client and the watch against a whole Argo CD in trouble."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from bot.sandbox.argocd import SandboxArgoCD, many_applications
from bot.sandbox.argocd.sandbox import PASSWORD, USERNAME
from integrations.argocd.client import Credentials
from integrations.argocd.model import Application, Health
from integrations.argocd.watch import ApplicationWatch
from integrations.errors import (
    BadAnswer,
    Forbidden,
    Rejected,
    SyncWindowClosed,
    Unreachable,
    UpstreamError,
)
from integrations.groups import TaskGroup
from tests.integrations.argocd.places import Place, sandbox

STAGING = "link-app-staging"
PASSWORDS = Credentials(username=USERNAME, password=PASSWORD)


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[tuple[SandboxArgoCD, Place]]:
    async with sandbox(tmp_path, credentials=PASSWORDS) as both:
        yield both


@asynccontextmanager
async def watching(place: Place, *, list_every: float = 60.0) -> AsyncIterator[ApplicationWatch]:
    watch = ApplicationWatch(place.argocd, place.clock, list_every=list_every)
    async with TaskGroup() as tasks:
        running = tasks.create_task(watch.run(), name="watch")
        try:
            assert await watch.wait_ready(300)
            await shows(watch, lambda: all_complete(watch))
            yield watch
        finally:
            running.cancel()


async def shows(watch: ApplicationWatch, condition: Callable[[], bool]) -> None:
    """Wait until the watch shows it; at most 20 real seconds."""
    with watch.subscribe() as changes:
        async with asyncio.timeout(20):
            while not condition():
                await changes.changed(None, 2)


def all_complete(watch: ApplicationWatch) -> bool:
    return all(app.complete for app in watch.applications.values())


def is_degraded(watch: ApplicationWatch) -> bool:
    app = watch.get(STAGING)
    return app is not None and app.health is Health.DEGRADED


async def test_a_stream_that_tells_nothing_is_made_good_by_the_list(
    here: tuple[SandboxArgoCD, Place],
) -> None:
    argo, place = here
    async with watching(place, list_every=20) as watch:
        argo.pause_streams()
        argo.degrade(STAGING)
        await shows(watch, lambda: is_degraded(watch))
        assert watch.connected
        assert place.argocd.requests["get"] <= 2
        assert all_complete(watch)


async def test_streams_that_are_cut_lose_nothing(here: tuple[SandboxArgoCD, Place]) -> None:
    argo, place = here
    async with watching(place) as watch:
        argo.cut_streams()
        argo.degrade(STAGING)
        await shows(watch, lambda: is_degraded(watch))


async def test_a_server_that_goes_and_comes_back_is_caught_up_with(
    here: tuple[SandboxArgoCD, Place],
) -> None:
    argo, place = here
    async with watching(place) as watch:
        argo.cut_off()
        argo.degrade(STAGING)
        await place.clock.sleep(20)
        assert not watch.connected
        assert watch.problem is not None
        assert watch.get(STAGING) is not None  # what was known stays, and shows its age
        assert watch.age_seconds > 10
        argo.restore()
        await shows(watch, lambda: is_degraded(watch) and watch.connected)
        assert watch.problem is None


async def test_expired_tokens_are_replaced_without_anyone_noticing(
    here: tuple[SandboxArgoCD, Place],
) -> None:
    argo, place = here
    async with watching(place) as watch:
        await place.clock.sleep(15)
        argo.expire_tokens()
        argo.cut_streams()
        argo.degrade(STAGING)
        await shows(watch, lambda: is_degraded(watch))
        assert place.argocd.requests["session"] == 2


async def test_one_deleted_and_made_anew_is_another(here: tuple[SandboxArgoCD, Place]) -> None:
    argo, place = here
    async with watching(place) as watch:
        before = watch.get(STAGING)
        assert before is not None
        argo.recreate(STAGING)
        await shows(watch, lambda: (a := watch.get(STAGING)) is not None and a.uid != before.uid)
        argo.delete(STAGING)
        await shows(watch, lambda: watch.get(STAGING) is None)


async def test_a_read_outlives_every_passing_trouble(here: tuple[SandboxArgoCD, Place]) -> None:
    argo, place = here
    await place.argocd.version()
    argo.truncate_next()
    assert (await place.argocd.get(place.ref)).name == STAGING
    argo.answer_html()
    assert (await place.argocd.get(place.ref)).name == STAGING
    argo.rate_limit(retry_after=1)
    assert (await place.argocd.get(place.ref)).name == STAGING
    argo.fail_requests(status=502)
    assert (await place.argocd.get(place.ref)).name == STAGING


@pytest.mark.parametrize("trouble", ["truncate", "html", "fail"])
async def test_a_sync_is_never_sent_twice(here: tuple[SandboxArgoCD, Place], trouble: str) -> None:
    argo, place = here
    await place.argocd.list_applications()
    {"truncate": argo.truncate_next, "html": argo.answer_html, "fail": argo.fail_requests}[
        trouble
    ]()
    with pytest.raises(BadAnswer) as caught:
        await place.argocd.sync(place.ref, infos={"shipmate-deploy-id": "d1"})
    assert caught.value.changed == "unknown"
    assert place.argocd.requests["sync"] == 1


async def test_a_sync_whose_answer_was_lost_can_be_found_again(
    here: tuple[SandboxArgoCD, Place],
) -> None:
    argo, place = here
    number = uuid4().hex
    await place.argocd.list_applications()
    argo.lose_answer("sync")
    with pytest.raises(Unreachable) as caught:
        await place.argocd.sync(place.ref, infos={"shipmate-deploy-id": number})
    assert caught.value.changed == "unknown"
    app = await place.argocd.get(place.ref)
    asked = app.operation or (app.state.operation if app.state else None)
    assert asked is not None
    assert asked.infos == {"shipmate-deploy-id": number}


async def test_a_closed_window_and_a_missing_right_are_told_apart(
    here: tuple[SandboxArgoCD, Place],
) -> None:
    argo, place = here
    argo.sync_window("deny")
    with pytest.raises(SyncWindowClosed):
        await place.argocd.sync(place.ref, infos={})
    assert not (await place.argocd.sync_windows(place.ref)).can_sync
    argo.sync_window("")
    argo.deny(STAGING, "sync")
    with pytest.raises(Forbidden, match="permission denied"):
        await place.argocd.sync(place.ref, infos={})


async def test_a_hanging_refresh_gives_what_there_is(here: tuple[SandboxArgoCD, Place]) -> None:
    argo, place = here
    argo.hang_refreshes()
    app = await place.argocd.get(place.ref, refresh="normal", timeout=10)
    assert app.refresh_timed_out
    assert app.name == STAGING


async def test_auto_sync_forbids_the_way_back(here: tuple[SandboxArgoCD, Place]) -> None:
    argo, place = here
    argo.set_auto_sync(STAGING, True)
    app = await place.argocd.get(place.ref)
    assert app.auto_sync
    with pytest.raises(Rejected, match="auto-sync"):
        await place.argocd.rollback(place.ref, app.history[0].id)


async def test_a_minute_in_progressing_costs_next_to_nothing(
    here: tuple[SandboxArgoCD, Place],
) -> None:
    argo, place = here
    async with watching(place) as watch:
        working = [app.name for app in watch.applications.values() if has_pods(app)]
        for name in working:
            argo.stuck(name)
        await place.clock.sleep(10)
        place.argocd.requests.clear()
        await place.clock.sleep(60)
        assert place.argocd.requests.total() <= 2
        assert all(watch.applications[name].health is Health.PROGRESSING for name in working)
    assert len(working) > 15


def has_pods(app: Application) -> bool:
    return any(resource.ref.kind in {"Deployment", "StatefulSet"} for resource in app.resources)


async def test_a_thousand_applications_are_known_within_seconds(tmp_path: Path) -> None:
    thousand = many_applications(1000)
    async with sandbox(tmp_path, definitions=thousand) as (_, place), watching(place) as watch:
        assert len(watch.applications) == 1000
        assert place.argocd.requests["get"] == 0


async def test_nothing_of_a_failure_shows_a_secret(here: tuple[SandboxArgoCD, Place]) -> None:
    argo, place = here
    argo.cut_off()
    with pytest.raises(UpstreamError) as caught:
        await place.argocd.list_applications()
    assert PASSWORD not in f"{caught.value} {caught.value.__cause__!r}"
