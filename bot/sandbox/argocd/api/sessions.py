"""Sessions, accounts, version and settings."""

from __future__ import annotations

from bot.sandbox.argocd.accounts import ACTIONS, RESOURCES, Account
from bot.sandbox.argocd.api.call import Call, Json
from bot.sandbox.argocd.api.errors import ApiError, Code, invalid

VERSION = "v3.5.1+109ca7c"


async def create_session(call: Call) -> Json:
    """Log in; every try takes its time."""
    username = str(call.body.get("username") or "")
    if len(username.encode()) > 32:
        raise invalid("username is too long, the maximum length is 32 bytes")
    if call.body.get("token"):
        raise ApiError(Code.UNAUTHENTICATED, "token-based session creation no longer supported")
    await call.simulation.clock.sleep(call.simulation.timings.login)
    return {"token": call.accounts.login(username, str(call.body.get("password") or ""))}


async def delete_session(_: Call) -> Json:
    """Only clears a cookie that we never use."""
    return {}


async def user_info(call: Call) -> Json:
    """A probe for tokens: a bad one is 200 and not logged in."""
    token = call.request.headers.get("Authorization", "").removeprefix("Bearer ")
    try:
        session = call.accounts.session(token)
    except ApiError:
        return {}
    return {"loggedIn": True, "username": session.account.name, "iss": "argocd", "groups": []}


async def version(call: Call) -> Json:
    """All of it only for those who are logged in."""
    if not await user_info(call):
        return {"Version": VERSION}
    return {
        "Version": VERSION,
        "BuildDate": "2026-08-12T09:14:02Z",
        "GitCommit": "109ca7ca00000000000000000000000000000000",
        "GitTreeState": "clean",
        "GitTag": "v3.5.1",
        "GoVersion": "go1.26.0",
        "Compiler": "gc",
        "Platform": "linux/amd64",
        "KustomizeVersion": "v5.8.1 2026-01-10T00:00:00Z",
        "HelmVersion": "v3.19.4+g7cfb6e4",
        "KubectlVersion": "v0.34.0",
        "JsonnetVersion": "v0.21.0",
    }


async def settings(call: Call) -> Json:
    """What the UI asks first."""
    return {
        "url": str(call.request.url.origin()),
        "appLabelKey": "app.kubernetes.io/instance",
        "trackingMethod": "annotation",
        "syncWithReplaceAllowed": True,
        "controllerNamespace": "argocd",
    }


async def list_accounts(call: Call) -> Json:
    """Every account."""
    return {"items": [account(one) for one in call.accounts.all()]}


async def get_account(call: Call) -> Json:
    """One account."""
    name = call.request.match_info["name"]
    found = call.accounts.get(name)
    if found is None:
        raise ApiError(Code.NOT_FOUND, f"account '{name}' does not exist")
    return account(found)


async def can_i(call: Call) -> Json:
    """`yes` or `no`; words that RBAC does not know are 400."""
    info = call.request.match_info
    resource, action, what = info["resource"], info["action"], info["subresource"]
    if resource not in RESOURCES:
        raise invalid(f"{resource} is not a valid resource name")
    if action.partition("/")[0] not in ACTIONS:
        raise invalid(f"{action} is not a valid action name")
    name = what.rpartition("/")[2]
    asked = "logs" if resource == "logs" else action
    allowed = call.who.account.may(asked, name) and call.who.account.may("get", name)
    return {"value": "yes" if allowed else "no"}


def account(one: Account) -> Json:
    """Account, secrets stripped."""
    capabilities = [
        *(["login"] if one.password else []),
        *(["apiKey"] if one.api_key else []),
    ]
    return {"name": one.name, "enabled": True, "capabilities": capabilities, "tokens": one.tokens}
