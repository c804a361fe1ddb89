"""What is said about access holds with any text, in any number."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.access import Actor, Allowed, Explained, Memberships, Need, Permission, Refused
from bot.membership.past import Member, Report, Source
from bot.views import access, groups
from bot.views.wording import mention
from tests.bot.deployments.histories import at
from tests.bot.views.hostile import PEOPLE, untrusted
from tests.bot.views.test_any_view import assert_goes_out, quick


@quick
@given(untrusted, st.lists(untrusted, max_size=40))
def test_an_answer_about_access_fits(name: str, many: list[str]) -> None:
    actor, need = Actor(id="U0DANA"), Need(permission=Permission.APPROVE, scope=name)
    subjects = tuple(f"{kind}:{each}" for each in many for kind in ("group", "team", "slack"))
    members = dict.fromkeys(many, frozenset([*PEOPLE, *many]))
    known = Memberships(uncounted={each: each for each in many})
    answers = Allowed(), Refused(name, name), Refused(name, opens_at=at(1))
    for answer in answers:
        found = Explained(answer, subjects, subjects)
        assert_goes_out(access.explanation(actor, need, found, known, members))
    asks = Explained(
        Allowed(),
        subjects,
        subjects,
        tuple(Need(permission=Permission.DEPLOY, scope=each) for each in many),
    )
    assert_goes_out(access.explanation(actor, need, asks, known, members))

    inside = tuple(
        Member(each, at(number) if number % 2 else None) for number, each in enumerate(many)
    )
    sources = tuple(Source(each, inside) for each in subjects)
    assert_goes_out(access.report(Report(at(1), at(0), {name: sources, "staging": ()})))
    assert_goes_out(access.report(Report(at(1), None, {})))
    rights = dict.fromkeys([name, *many], tuple(Permission))
    mentions = [mention(each) for each in many]
    assert_goes_out(groups.changed(f"group:{name}", mentions, mentions, rights, at(1)))
