from __future__ import annotations

import json

import httpx
import pytest

from tests.bot.sandbox.argocd.harness import APPLICATIONS, Argo

STAGING = f"{APPLICATIONS}/link-app-staging"


@pytest.mark.parametrize("header", [None, "application/json; charset=utf-8", "text/plain"])
async def test_only_exactly_application_json_may_change_anything(
    argo: Argo, header: str | None
) -> None:
    headers = {} if header is None else {"Content-Type": header}
    answer = await argo.client.post(f"{STAGING}/sync", content=b"{}", headers=headers)
    assert (answer.status_code, answer.text) == (415, "Invalid content type\n")
    bodyless = await argo.client.delete(f"{STAGING}/operation")
    assert bodyless.status_code == 415
    assert argo.sandbox.operations == []


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("nope", 403, 7),
        ("nope?project=link", 404, 5),
        ("link-app-staging?project=platform", 404, 5),
        ("link-app-staging?appNamespace=elsewhere", 403, 7),
        ("link-app-staging?appNamespace=elsewhere&project=link", 404, 5),
        ("link-app-staging?project=link", 200, None),
        ("link-app-staging?projects=link&projects=platform", 400, 3),
    ],
)
async def test_missing_is_403_without_a_project_and_404_with_one(
    argo: Argo, path: str, status: int, code: int | None
) -> None:
    answer = await argo.client.get(f"{APPLICATIONS}/{path}")
    assert answer.status_code == status
    assert answer.json().get("code") == code


async def test_what_is_not_allowed_is_invisible_or_says_whose_token_asked(argo: Argo) -> None:
    argo.sandbox.deny("link-app-staging", "sync")
    refused = await argo.sync("link-app-staging")
    assert refused.status_code == 403
    said = "permission denied: applications, sync, link/link-app-staging, sub: shipmate, iat: 2"
    assert refused.json()["message"].startswith(said)
    path = "/api/v1/account/can-i/applications/sync/link/"
    assert (await argo.client.get(f"{path}link-app-staging")).json() == {"value": "no"}
    assert (await argo.client.get(f"{path}link-app-dev")).json() == {"value": "yes"}
    argo.sandbox.deny("link-app-staging")
    assert (await argo.client.get(f"{STAGING}?project=link")).status_code == 403
    assert len(await argo.list()) == 26


async def test_tokens_expire_and_logging_in_gives_a_new_one(argo: Argo) -> None:
    argo.sandbox.expire_tokens()
    refused = await argo.client.get(APPLICATIONS)
    assert refused.status_code == 401
    said = "invalid session: token has invalid claims: token is expired"
    assert refused.json() == {"error": said, "code": 16, "message": said}
    assert (await argo.client.get("/api/v1/session/userinfo")).json() == {}
    login = {"username": argo.sandbox.username, "password": argo.sandbox.password}
    token = (await argo.client.post("/api/v1/session", json=login)).json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert (await argo.client.get(APPLICATIONS, headers=headers)).status_code == 200
    userinfo = (await argo.client.get("/api/v1/session/userinfo", headers=headers)).json()
    assert (userinfo["loggedIn"], userinfo["username"]) == (True, "shipmate")


async def test_a_session_ends_after_a_day_of_the_clock(argo: Argo) -> None:
    accounts = argo.sandbox.server.accounts
    accounts.session_seconds = -1.0
    token = accounts.login(argo.sandbox.username, argo.sandbox.password)
    answer = await argo.client.get(APPLICATIONS, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401


async def test_strangers_are_told_nothing(argo: Argo) -> None:
    url = str(argo.client.base_url)
    async with httpx.AsyncClient(base_url=url, trust_env=False) as stranger:
        refused = await stranger.get(APPLICATIONS)
        assert (refused.status_code, refused.json()["message"]) == (401, "no session information")
        assert set((await stranger.get("/api/version")).json()) == {"Version"}
        wrong = {"username": "shipmate", "password": "guess"}
        assert (await stranger.post("/api/v1/session", json=wrong)).status_code == 401
        forged = argo.sandbox.token[:-4] + "AAAA"
        headers = {"Authorization": f"Bearer {forged}"}
        assert (await stranger.get(APPLICATIONS, headers=headers)).status_code == 401


async def test_the_gateway_itself_refuses_in_plain_text(argo: Argo) -> None:
    missing = await argo.client.get("/api/v1/nowhere")
    assert (missing.status_code, missing.text) == (404, "Not Found\n")
    headers = {"Content-Type": "application/json"}
    broken = await argo.client.post(f"{STAGING}/sync", content=b"{", headers=headers)
    assert (broken.status_code, broken.json()["code"]) == (400, 3)
    unknown = json.dumps({"prnue": True})
    typo = await argo.client.post(f"{STAGING}/sync", content=unknown, headers=headers)
    assert typo.status_code == 200
    assert "prune" not in typo.json()["operation"]["sync"]
