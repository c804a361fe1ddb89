"""Whatever is asked by whichever door is in the record, with what came of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing

from bot.access import Actor, Door
from bot.deployments.ledger import deployment_id
from bot.redaction import REDACTED
from bot.request import Request
from bot.store import Recorded
from tests.bot.doors.kit import Doors

DANA, OTTO = "U0DANA", "U0OTTO"


async def requests(doors: Doors) -> list[Recorded]:
    """Every request in the record, once everything asked for so far is written."""
    await doors.store.put("test", "settled", value=True)
    return await doors.store.read_all(prefix="request/")


async def newest(doors: Doors) -> Mapping[str, object]:
    return (await requests(doors))[-1].data


async def test_a_refusal_names_who_what_where_by_which_door_and_why_not(doors: Doors) -> None:
    line = '/deploy staging sha-abc1234 --reason "why not"'
    await doors.slack.command(OTTO, "#general", line)
    # The answer is there, so the entry is on the disk already.
    (kept,) = await doors.store.read_all(prefix="request/")
    assert (kept.type, kept.actor, kept.door) == ("RequestAnswered", f"slack:{OTTO}", "slack")
    assert kept.data["command"] == "deploy"
    assert kept.data["words"] == 'deploy staging sha-abc1234 --reason "why not"'
    assert kept.data["environments"] == ["staging"]
    assert kept.data["result"] == "refused"
    assert "“deploy” for staging" in str(kept.data["message"])
    assert kept.stream == f"request/{kept.at:%Y-%m-%d}"
    assert not doors.world.ran


async def test_a_refusal_is_on_the_disk_before_it_is_told(doors: Doors) -> None:
    request = Request(Actor(id=OTTO, team="T0LINK"), "deploy staging", "key-1")
    await doors.dispatch.answer(request)
    with closing(sqlite3.connect(doors.store.path)) as other:
        refusals = "SELECT count(*) FROM events WHERE stream NOT LIKE 'group/%'"
        assert other.execute(refusals).fetchone() == (1,)


async def test_what_only_looks_is_recorded_too(doors: Doors) -> None:
    await doors.slack.command(DANA, "#general", "/shipmate cancel d1")
    assert (await newest(doors))["words"] == "cancel d1"
    assert "result" not in await newest(doors)  # ok, as most are


async def test_wrong_words_unknown_commands_bugs_and_failing_systems(doors: Doors) -> None:
    for line in ("deploy nowhere", "depoly staging", "broken", "broken argocd"):
        await doors.slack.command(DANA, "#general", f"/shipmate {line}")
    told = [(e.data["words"], e.data["result"]) for e in await requests(doors)]
    assert told == [
        ("deploy nowhere", "usage"),
        ("depoly staging", "usage"),
        ("broken", "bug"),
        ("broken argocd", "upstream"),
    ]
    entries = [event.data for event in await requests(doors)]
    assert entries[2]["reference"] == "ref-1"
    assert "a-secret-in-a-message" not in str(entries)
    assert entries[3]["message"] == "Argo CD: it did not answer."


async def test_a_form_is_recorded_when_it_opens_and_when_it_is_sent(doors: Doors) -> None:
    await doors.slack.command(DANA, "#general", "/deploy")
    view = await doors.slack.until(lambda: doors.slack.view(DANA))
    assert view is not None
    await doors.slack.submit(DANA, view, {"environment": "production", "tag": "", "reason": ""})
    told = [(e.data["words"], e.data["result"]) for e in await requests(doors)]
    assert told == [("deploy", "form"), ("deploy production", "refused")]


async def test_what_begins_a_deployment_is_told_by_that_alone(doors: Doors) -> None:
    doors.world.follow = deployment_id
    await doors.slack.command(DANA, "#general", "/deploy staging sha-abc1234")
    assert await requests(doors) == []
    deployments = await doors.store.read_all(prefix="deployment/")
    assert [e.type for e in deployments] == ["DeploymentRequested"]


async def test_a_door_that_is_shut_is_a_refusal(doors: Doors) -> None:
    ci = Actor(kind="ci", id="link/app", door=Door.WEBHOOK)
    answer = await doors.dispatch.answer(Request(ci, "cancel d1", "key-1"))
    assert answer.reply.failed
    (kept,) = await doors.store.read_all(prefix="request/")
    assert (kept.data["result"], kept.door) == ("refused", "webhook")


async def test_no_word_of_a_request_carries_a_credential_into_the_record(doors: Doors) -> None:
    await doors.slack.command(DANA, "#general", "/shipmate cancel d1 ghp_0123456789abcdef")
    await doors.slack.command(DANA, "#general", f"/shipmate {'x' * 990} xoxb-123-{'y' * 60}")
    cancelled, unknown = [str(event.data["words"]) for event in await requests(doors)]
    assert cancelled == f"cancel d1 {REDACTED}"
    assert "xoxb" not in unknown  # redacted first, then cut
    assert unknown.endswith((REDACTED[:8], "…"))


async def test_a_full_disk_lets_a_refusal_stay_a_refusal(doors: Doors) -> None:
    pages = doors.store._writing.execute("PRAGMA page_count").fetchone()[0]
    doors.store._writing.execute(f"PRAGMA max_page_count = {pages}")
    reason = "long " * 150
    for _ in range(12):
        line = f"/deploy staging sha-abc1234 --reason '{reason}'"
        answer = await doors.slack.command(OTTO, "#general", line)
        assert "This needs the permission" in answer.text
    assert doors.store.failure


async def test_who_asks_for_what_a_full_disk_cannot_record_is_told_so(doors: Doors) -> None:
    pages = doors.store._writing.execute("PRAGMA page_count").fetchone()[0]
    doors.store._writing.execute(f"PRAGMA max_page_count = {pages}")
    answers = []
    while not doors.store.failure:
        line = f"/deploy staging sha-abc1234 --reason '{'long ' * 150}'"
        answers.append(await doors.slack.command(DANA, "#general", line))
    assert "cannot write its record now, so it starts nothing" in answers[-1].text
    assert "goes on by itself" in str(answers[-1].body)


async def test_no_command_sees_a_credential_and_no_other_word_is_lost(doors: Doors) -> None:
    line = '/shipmate cancel "the token: " d1 "hurry ghp_0123456789abcdef" "x"'
    await doors.slack.command(DANA, "#general", line)
    assert doors.world.ran == [f'cancel "the token: " d1 "hurry {REDACTED}" x']


async def test_a_bug_in_what_was_meant_hides_no_mistake_in_what_was_typed(doors: Doors) -> None:
    await doors.slack.command(DANA, "#general", "/shipmate picky --why we fix it")
    entry = await newest(doors)
    assert (entry["words"], entry["result"]) == ("picky --why we fix it", "usage")
