from __future__ import annotations

from integrations.groups import TaskGroup
from tests.bot.sandbox.argocd.harness import Argo, Json

STAGING = "link-app-staging"
MASK = "result.type,result.application.metadata.name,result.application.status.health,error"


def health(frame: Json) -> object:
    return frame["result"]["application"]["status"]["health"]["status"]


async def test_everything_is_added_first_and_changes_follow_without_repeats(argo: Argo) -> None:
    async with argo.stream(fields=MASK) as frames:
        first = [await frames.next() for _ in range(27)]
        assert {frame["result"]["type"] for frame in first} == {"ADDED"}
        argo.sandbox.degrade(STAGING)
        changed = await frames.next()
        assert changed["result"]["type"] == "MODIFIED"
        # `metadata.name` is matched as text, so the namespace comes along.
        named = {"name": STAGING, "namespace": "argocd"}
        assert changed["result"]["application"]["metadata"] == named
        assert health(changed) == "Degraded"
        for _ in range(2):  # moves what the mask does not show; only ADDED to MODIFIED is told
            await argo.get("alert-rules", refresh="normal")
            argo.sandbox.simulation.informer.catch_up()
        told = (await frames.next())["result"]["application"]["metadata"]["name"]
        assert told == "alert-rules"
        argo.sandbox.heal(STAGING)
        changed = await frames.next()
        assert changed["result"]["application"]["metadata"] == named
        assert health(changed) == "Healthy"


async def test_sse_and_lines_are_framed_as_argo_cd_frames_them(argo: Argo) -> None:
    async with argo.stream(name=STAGING) as frames:
        assert frames.response.headers["content-type"] == "text/event-stream"
        lines = [await anext(frames.lines) for _ in range(3)]
        assert lines[0].startswith('data: {"result":{"type":"ADDED"')
        assert lines[0].endswith("}}} ")
        assert lines[1:] == ["", ""]
        assert await anext(frames.lines) == ":"
    async with argo.stream(accept="application/json", name=STAGING) as frames:
        assert frames.response.headers["content-type"] == "application/json"
        assert (await anext(frames.lines)).startswith('{"result":{"type":"ADDED"')


async def test_nothing_is_sent_before_the_first_frame(argo: Argo) -> None:
    async def headers() -> None:
        async with argo.stream(name="nobody"):
            raise AssertionError("no application, and yet an answer")

    async with TaskGroup() as tasks:
        waiting = tasks.create_task(headers(), name="waiting")
        await argo.sandbox.simulation.clock.sleep(20)
        assert not waiting.done()
        waiting.cancel()


async def test_a_resource_version_leaves_out_what_is_already_there(argo: Argo) -> None:
    async with TaskGroup() as tasks:
        tasks.create_task(later(argo), name="later")
        async with argo.stream(resourceVersion="1", fields=MASK) as frames:
            assert (await frames.next())["result"]["type"] == "MODIFIED"


async def later(argo: Argo) -> None:
    await argo.sandbox.simulation.informer.followed.wait()
    argo.sandbox.degrade(STAGING)


async def test_lost_events_are_never_replayed_and_a_list_shows_what_they_were(
    argo: Argo,
) -> None:
    async with argo.stream(fields=MASK) as frames:
        for _ in range(27):
            await frames.next()
        await argo.sandbox.simulation.informer.followed.wait()
        argo.sandbox.pause_streams()
        argo.sandbox.degrade(STAGING)
        await argo.becomes(STAGING, "Degraded")
        argo.sandbox.simulation.informer.catch_up()
        argo.sandbox.pause_streams(yes=False)
        argo.sandbox.suspend("link-frontend")
        frame = await frames.next()
        assert frame["result"]["application"]["metadata"]["name"] == "link-frontend"
        row = (await argo.list(name=STAGING))[0]
        assert row["status"]["health"]["status"] == "Degraded"


async def test_a_stream_is_cut_without_a_word_and_a_deletion_is_told(argo: Argo) -> None:
    async with argo.stream(fields=MASK) as frames:
        for _ in range(27):
            await frames.next()
        await argo.sandbox.simulation.informer.followed.wait()
        argo.sandbox.delete("alert-rules")
        assert (await frames.next())["result"]["type"] == "DELETED"
        argo.sandbox.cut_streams()
        assert await frames.next() == {}


async def test_a_stream_outlives_its_token_and_the_next_one_is_refused(argo: Argo) -> None:
    async with argo.stream(fields=MASK) as frames:
        for _ in range(27):
            await frames.next()
        argo.sandbox.expire_tokens()
        argo.sandbox.degrade(STAGING)
        assert health(await frames.next()) == "Degraded"
    refused = await argo.client.get("/api/v1/stream/applications")
    assert refused.status_code == 401
    assert refused.json()["error"]["grpc_code"] == 16
    assert refused.json()["error"]["http_status"] == "Unauthorized"
