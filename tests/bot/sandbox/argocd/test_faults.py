from __future__ import annotations

import httpx
import pytest

from tests.bot.sandbox.argocd.harness import APPLICATIONS, Argo

STAGING = "link-app-staging"


async def test_cut_off_drops_connections_and_streams_until_restored(argo: Argo) -> None:
    async with argo.stream(fields="result.type") as frames:
        for _ in range(27):
            await frames.next()
        argo.sandbox.cut_off()
        with pytest.raises(httpx.TransportError):
            await frames.until(lambda _: False)
    with pytest.raises(httpx.TransportError):
        await argo.list()
    argo.sandbox.restore()
    assert len(await argo.list()) == 27


async def test_an_answer_can_be_lost_after_the_thing_was_done(argo: Argo) -> None:
    argo.sandbox.lose_answer("sync")
    with pytest.raises(httpx.TransportError):
        await argo.sync(STAGING, infos=[{"name": "shipmate-deploy-id", "value": "d-1"}])
    assert (await argo.get(STAGING))["operation"]["info"][0]["value"] == "d-1"
    assert [record.infos for record in argo.sandbox.operations] == [{"shipmate-deploy-id": "d-1"}]


async def test_a_request_can_hang_without_doing_anything(argo: Argo) -> None:
    argo.sandbox.never_answer("sync")
    with pytest.raises(httpx.ReadTimeout):
        await argo.client.post(f"{APPLICATIONS}/{STAGING}/sync", json={}, timeout=0.2)
    assert argo.sandbox.operations == []


async def test_proxies_limits_errors_and_halves_spoil_as_many_answers_as_asked(
    argo: Argo,
) -> None:
    argo.sandbox.answer_html()
    page = await argo.client.get(APPLICATIONS)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    argo.sandbox.rate_limit(1, retry_after=3)
    limited = await argo.client.get(APPLICATIONS)
    assert (limited.status_code, limited.headers["retry-after"]) == (429, "3")
    argo.sandbox.fail_requests(1, status=503)
    assert (await argo.client.get(APPLICATIONS)).status_code == 503
    argo.sandbox.truncate_next()
    with pytest.raises(httpx.RemoteProtocolError):
        await argo.client.get(APPLICATIONS)
    assert len(await argo.list()) == 27


async def test_a_refresh_hangs_while_the_controller_does(argo: Argo) -> None:
    argo.sandbox.hang_refreshes()
    with pytest.raises(httpx.ReadTimeout):
        await argo.client.get(
            f"{APPLICATIONS}/{STAGING}", params={"refresh": "normal"}, timeout=0.3
        )
    plain = await argo.get(STAGING)
    assert plain["metadata"]["annotations"]["argocd.argoproj.io/refresh"] == "normal"
    argo.sandbox.hang_refreshes(yes=False)
    await argo.get(STAGING, refresh="normal")


async def test_calls_are_counted_by_kind_and_application(argo: Argo) -> None:
    await argo.list()
    await argo.get(STAGING, project="link")
    await argo.get(STAGING, refresh="normal", projct="link")
    assert argo.sandbox.requests == {"list": 1, "get": 1, "refresh": 1}
    assert argo.sandbox.server.by_application["refresh", STAGING] == 1
    assert {name for _, name in argo.sandbox.server.unknown_parameters} == {"projct"}
