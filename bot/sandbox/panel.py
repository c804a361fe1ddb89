"""The page's panel: what can be broken in the sandbox, and mended again."""

from __future__ import annotations

from collections.abc import Callable

from bot.sandbox.gitrepo.files import SERVICES
from bot.sandbox.panel_production import production
from bot.sandbox.panel_switches import button, toggle
from bot.sandbox.process import BotProcess
from bot.sandbox.slack.panel import Control
from bot.sandbox.world import World

_APPLICATIONS = (
    "link-app-staging",
    "link-frontend",
    "link-app-dev",
    "link-app-production",
    "user-svc",
    "postgres-ha-cluster",
    "redis-cluster-ha",
    "qdrant-cluster",
    "loki-stack",
)


def controls(everything: World, bot: BotProcess) -> list[Control]:
    """Every control, in groups by the system it breaks."""
    return [
        *_argocd(everything),
        *_github(everything),
        *_git(everything),
        *production(everything),
        *_slack(everything),
        *_bot(bot),
    ]


def _argocd(everything: World) -> list[Control]:
    argocd = everything.argocd
    group = "Argo CD"

    def of_application(key: str, label: str, act: Callable[[str], None], note: str) -> Control:
        async def run(value: object) -> str:
            act(str(value))
            return note.format(application=value)

        return Control(key, label, "choice", run, group, _APPLICATIONS)

    return [
        of_application(
            "fail_next_sync",
            "Fail the next sync of …",
            argocd.fail_next_sync,
            "The next sync of {application} fails.",
        ),
        of_application(
            "degrade", "Degrade …", argocd.degrade, "{application} degrades, until it is healed."
        ),
        of_application(
            "stuck",
            "Never finish rolling out …",
            argocd.stuck,
            "{application} hangs, until it is healed.",
        ),
        of_application(
            "busy",
            "Start somebody else's operation on …",
            argocd.start_foreign_operation,
            "admin syncs {application}.",
        ),
        of_application("heal", "Heal …", argocd.heal, "{application} recovers."),
        toggle("slow", "Slow", group, lambda on: argocd.slow(4.0 if on else 1.0)),
        toggle("cut", "Cut off", group, lambda on: _cut(argocd, on=on)),
        button("html", "Answer with a login page once", group, argocd.answer_html),
    ]


def _github(everything: World) -> list[Control]:
    github = everything.github
    group = "GitHub"

    async def push(_: object) -> str:
        commit = github.add_commit("Speed up the feed query")
        github.add_run(commit)
        return f"sha-{commit.sha[:7]} is built and green."

    async def build(_: object) -> str:
        commit = github.add_commit("Try another ranking")
        github.add_run(commit, status="in_progress", conclusion="")
        return f"sha-{commit.sha[:7]} is being built."

    async def finish(_: object) -> str:
        running = [run for run in github.runs.newest() if run.status != "completed"]
        for run in running:
            github.finish_run(run)
        return f"{len(running)} builds became green."

    async def release(_: object) -> str:
        github.add_release()
        return "develop is merged into main: what it built is on production's branch."

    return [
        Control("push", "Push and build a commit", "button", push, group),
        Control("building", "Push a commit that is still building", "button", build, group),
        Control("finish", "Finish all builds", "button", finish, group),
        Control("release", "Merge develop into main", "button", release, group),
        toggle("github_cut", "Cut off", group, lambda on: _cut(github.faults, on=on)),
    ]


def _git(everything: World) -> list[Control]:
    repository = everything.repository
    group = "Git"

    async def beside(_: object) -> str:
        sha = await repository.commit_beside()
        return f"Somebody pushed {sha[:7]} beside the tags."

    def away(on: bool) -> None:  # noqa: FBT001 - a switch
        if on:
            repository.take_away()
        else:
            repository.bring_back()

    def refuse(on: bool) -> None:  # noqa: FBT001 - a switch
        if on:
            repository.reject_pushes()
        else:
            repository.accept_pushes()

    async def near(_: object) -> str:
        sha = await repository.commit_near("production")
        return f"Somebody pushed {sha[:7]}: another line of production's file."

    async def inside(value: object) -> str:
        older = (await repository.tags("staging"))[str(value)]
        sha = await repository.commit_inside("production", str(value), older)
        return f"Somebody pushed {sha[:7]}: {value} is {older} in production's file."

    return [
        Control("beside", "Push a commit beside the tags", "button", beside, group),
        Control("near", "Change another line of production's file", "button", near, group),
        Control("inside", "Change production's tag of …", "choice", inside, group, SERVICES),
        toggle("refuse", "Refuse pushes", group, refuse),
        toggle("away", "Take it away", group, away),
    ]


def _slack(everything: World) -> list[Control]:
    slack = everything.slack

    async def limit(_: object) -> str:
        slack.rate_limit("*", times=5, retry_after=5)
        return "The next five calls are told to wait five seconds."

    return [Control("limit", "Rate-limit the bot", "button", limit, "Slack")]


def _bot(bot: BotProcess) -> list[Control]:
    async def kill(_: object) -> str:
        await bot.kill()
        await bot.start()
        return "Killed with -9 and started again; it goes on where it was."

    return [Control("kill", "kill -9 and restart", "button", kill, "shipmate")]


def _cut(system: object, *, on: bool) -> None:
    act = getattr(system, "cut_off" if on else "restore")
    act()
