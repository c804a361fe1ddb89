"""The page's panel: what may happen to production between a request and its approval."""

from __future__ import annotations

from bot.sandbox.github import AppCommit
from bot.sandbox.gitrepo.files import SERVICES
from bot.sandbox.panel_switches import toggle
from bot.sandbox.slack.panel import Control
from bot.sandbox.world import World

_PRODUCTION = "link-app-production"
_APPROVERS = "S0APP"
_CHECKS = {
    "green": {"build": "success", "test": "success"},
    "red": {"build": "success", "test": "failure"},
    "running": {"build": "success", "test": "in_progress"},
    "none at all": {},
}


def production(everything: World) -> list[Control]:
    """Every control, in groups by the system it turns."""
    return [
        *_registry(everything),
        *_ci(everything),
        *_people(everything),
        *_argocd(everything),
    ]


def _registry(everything: World) -> list[Control]:
    registry, group = everything.registry, "Registry"

    async def move(value: object) -> str:
        tag = (await everything.repository.tags("staging"))[str(value)]
        digest = registry.move_tag(str(value), tag)
        return f"{value}:{tag} is {digest[:19]}… now."

    async def lose(value: object) -> str:
        tag = (await everything.repository.tags("staging"))[str(value)]
        registry.lose_image(str(value), tag)
        return f"{value}:{tag} is gone."

    def cut(on: bool) -> None:  # noqa: FBT001 - a switch
        if on:
            registry.faults.cut_off()
        else:
            registry.faults.restore()

    async def limit(_: object) -> str:
        registry.faults.rate_limit(times=3, seconds=20)
        return "The next three requests are told to come back in 20 seconds."

    return [
        Control("move_tag", "Move staging's tag of …", "choice", move, group, SERVICES),
        Control("lose_image", "Delete staging's image of …", "choice", lose, group, SERVICES),
        Control("registry_limit", "Rate-limit the bot", "button", limit, group),
        toggle("registry_cut", "Cut off", group, cut),
    ]


def _ci(everything: World) -> list[Control]:
    github, group = everything.github, "GitHub"

    async def newest(value: object) -> str:
        return say(github.newest(), str(value))

    async def in_staging(value: object) -> str:
        tags = await everything.repository.tags("staging")
        commit = github.history.find(tags["user-svc"].removeprefix("sha-"))
        return say(commit or github.newest(), str(value))

    def say(commit: AppCommit, wanted: str) -> str:
        github.set_checks(commit, _CHECKS[wanted])
        return f"The checks of {commit.short}: {wanted}."

    choices = tuple(_CHECKS)
    return [
        Control("ci_newest", "Checks of the newest commit …", "choice", newest, group, choices),
        Control(
            "ci_staging", "Checks of what staging runs …", "choice", in_staging, group, choices
        ),
    ]


def _people(everything: World) -> list[Control]:
    slack = everything.slack
    people = {user.real_name: user for user in slack.workspace.users.values() if user.persona}

    async def join(value: object) -> str:
        user = people[str(value)]
        members = slack.workspace.groups[_APPROVERS].members
        is_in = user.id in members
        await slack.set_members(_APPROVERS, members ^ {user.id})
        return f"{user.real_name} {'left' if is_in else 'joined'} @approvers."

    label = "Let join or leave @approvers …"
    return [Control("approvers", label, "choice", join, "Slack", tuple(people))]


def _argocd(everything: World) -> list[Control]:
    argocd = everything.argocd

    async def auto_sync(value: object) -> str:
        on = value in (True, "true", "on")
        argocd.set_auto_sync(_PRODUCTION, on, self_heal=True)
        return f"Production's auto-sync is {'on' if on else 'off'}."

    async def adopt(_: object) -> str:
        argocd.adopt(_PRODUCTION)
        return "The ApplicationSet link-apps writes production's policy from now on."

    def is_on() -> bool:
        return argocd.application(_PRODUCTION).auto_sync

    group = "Argo CD"
    return [
        Control("auto_sync", "Production's auto-sync", "toggle", auto_sync, group, value=is_on),
        Control("adopt", "Let an ApplicationSet own production", "button", adopt, group),
    ]
