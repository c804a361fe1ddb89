"""Socket Mode: the same payloads, the same path, and no connection missed."""

from __future__ import annotations

from integrations.groups import TaskGroup
from tests.bot.doors.kit import Doors

DANA = "U0DANA"


async def test_a_command_is_answered_through_the_socket(sockets: Doors) -> None:
    answer = await sockets.slack.command(DANA, "#deployments", "/deploy staging sha-abc1234")
    assert answer.text == "Queued: sha-abc1234 to staging."
    assert sockets.world.ran == ["deploy staging sha-abc1234"]
    assert sockets.sockets.is_connected


async def test_buttons_and_forms_come_through_too(sockets: Doors) -> None:
    asked = await sockets.slack.command(DANA, "#deployments", "/deploy staging sha-abc1234")
    assert asked.message is not None
    await sockets.slack.click(DANA, asked.message, "Cancel")
    await sockets.slack.until(lambda: len(sockets.slack.ephemerals(DANA)) == 2)
    await sockets.slack.command(DANA, "#deployments", "/deploy")
    view = await sockets.slack.until(lambda: sockets.slack.view(DANA))
    assert view is not None
    wrong = await sockets.slack.submit(DANA, view, {"environment": "staging", "reason": "no"})
    assert wrong.errors == {"reason": "“no” is no reason."}
    right = await sockets.slack.submit(DANA, view, {"environment": "staging"})
    assert right.ok
    assert sockets.world.ran[-1] == "deploy staging"


async def test_the_same_envelope_twice_runs_once(sockets: Doors) -> None:
    first = await sockets.slack.command(DANA, "#deployments", "/deploy staging sha-abc1234")
    again = await sockets.slack.resend(first)
    assert again.ok
    assert again.body == ""
    assert len(sockets.world.ran) == 1


async def test_an_event_redelivered_is_acknowledged_and_does_nothing(sockets: Doors) -> None:
    first = await sockets.slack.set_members("S0DEV", {DANA})
    again = await sockets.slack.redeliver(first)
    assert again.ok
    assert len(sockets.events) == 1


async def test_another_workspaces_envelope_is_acknowledged_and_does_nothing(
    sockets: Doors,
) -> None:
    answer = await sockets.slack.command("U0ALIEN", "#partner-shared", "/deploy staging")
    assert (answer.ok, answer.body) == (True, "")
    assert sockets.world.ran == []


async def test_a_slow_answer_holds_up_nobody_else(sockets: Doors) -> None:
    async with TaskGroup() as tasks:
        slow = sockets.slack.command(DANA, "#general", "/shipmate app history user-svc")
        waiting = tasks.create_task(slow)
        for _ in range(4):
            line = "/deploy staging sha-abc1234"
            answer = await sockets.slack.command(DANA, "#deployments", line)
            assert answer.text == "Queued: sha-abc1234 to staging."
        assert not waiting.done()
        sockets.world.go_on.set()


async def test_connections_that_slack_renews_or_that_break_come_back(sockets: Doors) -> None:
    slack = sockets.slack
    for number in range(2):
        if number:
            slack.sockets.drop()
        else:
            await slack.sockets.disconnect("refresh_requested")
        await slack.until(lambda: not slack.sockets.are_open)
        await slack.until(lambda: slack.sockets.connections == 2)
        answer = await slack.command(DANA, "#deployments", "/deploy staging sha-abc1234")
        assert answer.text == "Queued: sha-abc1234 to staging."
