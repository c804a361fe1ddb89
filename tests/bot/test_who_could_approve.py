"""Who could approve at a moment of the past: by the grants and the members as they were seen."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from bot.catalog import Catalog, parse
from bot.membership.granted import read_event, seen_in
from bot.membership.grants_seen import STREAM, note_grants
from bot.membership.past import Member, Report, Source, who_could_approve
from bot.membership.seen import Group, GroupMembersSeen, after
from bot.store import Store
from tests.bot.workspace import StoppedClock

TEXT = Path("catalog.yaml").read_text()
START = StoppedClock().now()


def catalog(approvers: str = '"group:approvers"', logins: str = "{}") -> Catalog:
    return parse(
        TEXT.replace('to: ["group:approvers"]', f"to: [{approvers}]").replace(
            "github_logins: {}", f"github_logins: {logins}"
        )
    )


def hours(number: float) -> datetime:
    return START + timedelta(hours=number)


def group(*changes: tuple[float, tuple[str, ...], tuple[str, ...]]) -> Group:
    found = Group()
    for number, (at, added, removed) in enumerate(changes):
        event = GroupMembersSeen(at=hours(at), added=added, removed=removed, first=number == 0)
        found = after(found, event)
    return found


def production(report: Report) -> tuple[Source, ...]:
    return report.environments["production"]


def test_members_who_joined_lately_could_not_yet() -> None:
    seen = [seen_in(catalog(), hours(0))]
    members = group((0, ("U0AMIR", "U0OLU"), ()), (30, ("U0OTTO",), ("U0OLU",)))
    (source,) = production(who_could_approve(hours(31), seen, {"approvers": members}))
    assert source.members == (Member("U0AMIR"), Member("U0OTTO", hours(54)))
    (source,) = production(who_could_approve(hours(54), seen, {"approvers": members}))
    assert source.members == (Member("U0AMIR"), Member("U0OTTO"))


def test_the_grants_of_then_count_and_not_todays() -> None:
    seen = [seen_in(catalog(), hours(0)), seen_in(catalog('"slack:U0VERA"'), hours(10))]
    groups = {"approvers": group((0, ("U0AMIR",), ()))}
    before = who_could_approve(hours(9), seen, groups)
    assert [each.subject for each in production(before)] == ["group:approvers"]
    later = who_could_approve(hours(10), seen, groups)
    assert production(later) == (Source("slack:U0VERA", (Member("U0VERA"),)),)
    assert later.grants_at == hours(10)


def test_before_anything_was_recorded_nothing_is_claimed() -> None:
    report = who_could_approve(hours(-1), [seen_in(catalog(), hours(0))], {})
    assert (report.grants_at, report.environments) == (None, {})
    unseen = who_could_approve(hours(0), [seen_in(catalog(), hours(0))], {})
    assert production(unseen) == (Source("group:approvers", unseen=True),)


def test_of_a_team_those_count_whose_login_led_to_a_person() -> None:
    seen = [seen_in(catalog('"team:link/leads"', "{U0AMIR: Amir-Approver}"), hours(0))]
    groups = {"link/leads": group((0, ("amir-approver", "a-stranger"), ()))}
    assert production(who_could_approve(hours(1), seen, groups)) == (
        Source("team:link/leads", (Member("U0AMIR"),)),
    )


async def test_grants_are_recorded_when_they_changed_alone(tmp_path: Path) -> None:
    clock = StoppedClock()
    store = Store.open(tmp_path / "shipmate.db", clock)
    for text in (catalog(), catalog(), catalog('"slack:U0VERA"'), catalog()):
        clock.passes(60)
        await note_grants(store, text, clock)
    seen = [read_event(each.data) for each in await store.read(STREAM)]
    await store.close()
    assert [each.at for each in seen] == [START + timedelta(minutes=n) for n in (1, 3, 4)]
