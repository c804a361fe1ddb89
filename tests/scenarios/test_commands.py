"""Every command by every door, and what stands in the way of a request."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import pytest
import pytest_asyncio

from bot.declared import declared
from bot.exits import Exit
from tests.scenarios.asking import by_api, hears, token_of
from tests.scenarios.mistakes import MISTAKES
from tests.scenarios.story import Person, Story, story

pytestmark = pytest.mark.asyncio(loop_scope="module")

COMMANDS = [command for command in declared(["commands"]) if command.listed]
NEWEST, OLDER = "{newest}", "{older}"


@dataclass(frozen=True)
class Line:
    """Words after a command's name that change nothing, and what on-call is answered."""

    rest: str
    says: str
    code: Exit = Exit.DONE
    in_slack_alone: bool = False


LINES: Mapping[str, Line] = {
    "deploy": Line("staging --dry-run", "link-app-staging"),
    "sync": Line("redis-cluster-ha --force", "is protected", Exit.NOT_ALLOWED),
    "where": Line("staging", "newest green build"),
    "promote": Line("dev production", "takes what staging runs", Exit.FAILED),
    "approve": Line("", "Nothing waits for an approval", Exit.NOT_ALLOWED, in_slack_alone=True),
    "reject": Line(
        f"{NEWEST} --reason no",
        "is Succeeded; there is nothing to do",
        Exit.NOT_ALLOWED,
        in_slack_alone=True,
    ),
    "rollback": Line("redis-cluster-ha", "is protected", Exit.NOT_ALLOWED),
    "review": Line(NEWEST, "“approve” for staging", Exit.NOT_ALLOWED, in_slack_alone=True),
    "deployments": Line("staging --limit 1", NEWEST),
    "show": Line(NEWEST, "Succeeded"),
    "cancel": Line(NEWEST, "is Succeeded; there is nothing to do"),
    "retry": Line(OLDER, f"A newer deployment than {OLDER} decides here", Exit.FAILED),
    "freeze": Line("production", "The reason is missing", Exit.USAGE),
    "unfreeze": Line("production", "production is not frozen", Exit.FAILED),
    "lock": Line("production --ask", "The lock of production is free", Exit.FAILED),
    "unlock": Line("production", "production is not locked", Exit.FAILED),
    "lock hand-over": Line("production", "production is not locked", Exit.FAILED),
    "resume": Line("production", "production is neither pinned nor held", Exit.FAILED),
    "queue resume": Line(NEWEST, "is not held", Exit.FAILED),
    "app get": Line("link-app-staging", "Project link"),
    "app history": Line("link-app-staging", "History of link-app-staging"),
    "app resources": Line("link-app-staging", "Deployment/user-svc"),
    "app events": Line("link-app-staging", "Events of link-app-staging"),
    "app logs": Line("user-svc --tail 2", "4 lines"),
    "app refresh": Line("user-svc", "user-svc was refreshed"),
    "audit": Line("--environment staging --limit 40", NEWEST),
    "audit export": Line("--deployment {newest}", "By slack:U0DANA (dana)"),
    "audit verify": Line("", "The record is whole"),
    "access explain": Line("U0DANA deploy staging", "holds “deploy” for staging"),
    "access report": Line("", "production: @approvers (@"),
    "whoami": Line("", "slack:U0OLU"),
    "login": Line("", "personal token"),
    "doctor": Line("", "GitHub: 3 checks"),
    "help": Line("app logs", "shipmate app logs <application> [kind/name]"),
}


@dataclass(frozen=True)
class Stage:
    """A bot that has deployed twice to staging, and on-call's token for it."""

    scene: Story
    older: str
    newest: str
    token: str

    def filled(self, text: str) -> str:
        return text.format(newest=self.newest, older=self.older)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with story(tmp_path_factory.mktemp("commands")) as scene:
        scene.world.argocd.narrow()
        sha = scene.world.github.newest().sha
        previous = scene.world.github.history.line(sha)[1].sha
        for number, tag in enumerate((previous, sha), start=1):
            await scene.developer.types(f"/deploy staging sha-{tag[:7]}")
            await (await scene.card(number)).ends("Succeeded")
        await scene.world.clock.sleep(60)  # in which every pod has something to log
        newest, older = scene.services.ledger.newest("staging", limit=2)
        yield Stage(scene, older.id, newest.id, await token_of(scene.oncall))


async def test_the_stories_know_every_command() -> None:
    assert set(LINES) == {command.name for command in COMMANDS}


@pytest.mark.parametrize("name", LINES)
async def test_a_command_answers_by_its_names_in_slack(name: str, stage: Stage) -> None:
    line, oncall = LINES[name], stage.scene.oncall
    expected = stage.filled(line.says)
    told = await hears(oncall, stage.filled(f"/shipmate {name} {line.rest}").strip())
    assert expected in told
    if any(command.slash for command in COMMANDS if command.name == name):
        told = await hears(oncall, stage.filled(f"/{name} {line.rest}").strip())
        assert expected in told


@pytest.mark.parametrize("name", [name for name in LINES if name != "login"])
async def test_a_command_answers_by_the_api(name: str, stage: Stage) -> None:
    line = LINES[name]
    said = await by_api(stage.scene, stage.token, stage.filled(f"{name} {line.rest}"))
    assert said.status == 200
    expected = "cannot be asked for this way" if line.in_slack_alone else line.says
    assert stage.filled(expected) in said.reply["text"]
    assert said.reply["ok"] is (line.code == Exit.DONE)
    assert said.end == {"type": "end", "outcome": "", "exit_code": line.code}
    assert said.events == []


@pytest.mark.parametrize("name", LINES)
async def test_help_for_a_command_is_one_option_away(name: str, stage: Stage) -> None:
    told = await hears(stage.scene.developer, f"/shipmate {name} --help")
    command = next(each for each in COMMANDS if each.name == name)
    assert command.summary in told
    assert all((f"--{option.name}" in told) is option.listed for option in command.options)


async def test_the_bots_name_alone_lists_every_command(stage: Stage) -> None:
    told = await hears(stage.scene.outsider, "/shipmate")
    assert all(command.name in told for command in COMMANDS)


async def test_a_token_is_given_in_slack_alone(stage: Stage) -> None:
    said = await by_api(stage.scene, stage.token, "login")
    assert "cannot be asked for this way" in said.reply["text"]
    assert said.end["exit_code"] == Exit.NOT_ALLOWED


@pytest.mark.parametrize(("line", "mistake", "help_"), MISTAKES)
async def test_a_usage_error_names_the_mistake_and_the_way_out(
    line: str, mistake: str, help_: str, stage: Stage
) -> None:
    told = await hears(stage.scene.oncall, line)
    plain = told.replace("&lt;", "<").replace("&gt;", ">")
    assert mistake in plain
    assert help_ in plain


async def test_typographic_quotes_and_dashes_are_understood(stage: Stage) -> None:
    told = await hears(stage.scene.developer, "/shipmate deployments “staging” —limit “1”")
    assert stage.newest in told
    assert stage.older not in told


async def test_production_can_be_looked_at_beforehand(stage: Stage) -> None:
    told = await hears(stage.scene.developer, "/deploy prod --dry-run")
    assert "production needs an approval" in told
    assert "production takes v" in told
    assert "cannot go there. Name such a tag. /promote staging production ships what" in told
    assert stage.scene.operations("link-app-production") == []


async def test_a_dry_run_shows_what_would_change_and_asks_argo_cd_nothing(stage: Stage) -> None:
    before = await stage.scene.world.repository.head()
    posts = stage.scene.world.argocd.requests["sync"]
    older = (await stage.scene.world.repository.tags("dev"))["user-svc"]
    told = await hears(stage.scene.developer, f"/deploy staging {older} user-svc --dry-run")
    assert older in told
    assert "link-app-staging" in told
    assert "newTag" in told
    assert await stage.scene.world.repository.head() == before
    assert stage.scene.world.argocd.requests["sync"] == posts


@pytest.mark.parametrize(
    ("user", "channel", "why"),
    [
        ("U0OTTO", "#deployments", "This needs the permission “deploy” for staging."),
        ("U0GUEST", "#deployments", "Guests may not use shipmate."),
        ("U0GONE", "#deployments", "This account is deactivated."),
        ("U0DANA", "#partner-shared", "shared with another organisation"),
    ],
)
async def test_who_may_not_deploy_is_told_why(
    user: str, channel: str, why: str, stage: Stage
) -> None:
    before = len(stage.scene.services.ledger.newest(limit=50))
    told = await hears(Person(user, stage.scene), "/deploy staging", channel)
    assert why in told
    assert len(stage.scene.services.ledger.newest(limit=50)) == before


async def test_somebody_of_another_workspace_is_turned_away(stage: Stage) -> None:
    answer = await Person("U0ALIEN", stage.scene).asks("/deploy staging", "#partner-shared")
    assert answer.status == 403


@pytest.mark.parametrize(
    ("user", "may", "group"),
    [
        ("U0DANA", "staging: view, logs, deploy, lock\n", "@developers"),
        ("U0AMIR", "production: view, approve", "@approvers"),
        ("U0OLU", "shared: view, logs, sync, rollback, lock, freeze, operate", "@oncall"),
        ("U0OTTO", "staging: view\n", "no group"),
        ("U0GUEST", "Guests may not use shipmate.", ""),
    ],
)
async def test_whoami_says_what_one_may_do(user: str, may: str, group: str, stage: Stage) -> None:
    told = await hears(Person(user, stage.scene), "/shipmate whoami")
    assert may in told
    assert group in told


async def test_where_tells_of_an_environment_a_service_and_a_commit(stage: Stage) -> None:
    scene, asks = stage.scene, stage.scene.developer
    newest = scene.world.github.newest().sha
    in_staging = await hears(asks, "/where stg")
    assert f"staging runs sha-{newest[:7]}." in in_staging
    assert "by @U0DANA" in in_staging
    assert "✅ Synced ✅ Healthy" in in_staging
    assert "Up to date with the newest green build" in in_staging
    everywhere = await hears(asks, "/where user-svc")
    assert all(name in everywhere for name in ("dev", "staging", "production", "1 commit behind"))
    sought = await hears(asks, f"/where {newest}")
    assert f"{newest[:12]} is in staging." in sought
    assert "dev ⚪ does not have it" in sought
    assert "Healthy" not in sought
    unbuilt = scene.world.github.add_commit("Not built yet").sha
    assert f"{unbuilt[:7]} is nowhere yet." in await hears(asks, f"/where {unbuilt[:7]}")


async def test_logs_of_many_pods_offer_what_to_choose_from(stage: Stage) -> None:
    asks = stage.scene.developer
    many = await hears(asks, "/shipmate app logs link-app-staging")
    assert "13 pods run there" in many
    assert "Deployment/user-svc" in many
    several = await hears(asks, "/shipmate app logs link-app-staging deploy/user-svc")
    assert "several containers: user-svc and linkerd-proxy" in several
    await stage.scene.world.clock.sleep(120)  # a pod that has just begun has said less
    line = "/shipmate app logs link-app-staging user-svc --container user-svc --tail 3"
    assert "6 lines" in await hears(asks, line)
    wrong = await hears(asks, "/shipmate app logs link-app-staging user-svc --container web")
    assert "There is no container “web”" in wrong
    none = await hears(stage.scene.oncall, "/shipmate app logs alert-rules")
    assert "It runs no pods now." in none


async def test_logs_are_for_those_who_may_read_them_and_keep_their_secrets(stage: Stage) -> None:
    told = await hears(stage.scene.outsider, "/shipmate app logs link-app-staging")
    assert "“logs” for staging" in told
    doctor = await hears(stage.scene.developer, "/shipmate doctor")
    assert "“operate” for shared applications" in doctor
