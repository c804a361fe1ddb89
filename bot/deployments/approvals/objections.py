"""What keeps one person from approving one plan (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.deployments.approvals.review import Review
from bot.deployments.events import ApprovalRequested
from bot.deployments.plan import Commit, Plan


@dataclass(frozen=True, slots=True)
class AskedForIt:
    """They asked for it themselves; `approvers` are the subjects who may say yes."""

    approvers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WroteIt:
    """They wrote some of what ships."""


@dataclass(frozen=True, slots=True)
class AuthorsUnknown:
    """Nobody can tell who wrote what ships, and `why`, "" where GitHub did not say."""

    why: str = ""


@dataclass(frozen=True, slots=True)
class StrangersWrote:
    """Authors whom the catalog does not know; none are named where the oldest commits' are."""

    authors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LoginUnknown:
    """Their own GitHub login is not known."""


@dataclass(frozen=True, slots=True)
class RidingUnknown:
    """Nobody can tell which commits ride along."""


@dataclass(frozen=True, slots=True)
class RidesAlong:
    """A commit of the GitOps repository rides along, of which Git alone cannot tell the author."""

    commit: Commit


Unsure = AuthorsUnknown | StrangersWrote | LoginUnknown | RidingUnknown | RidesAlong
"""They might have written it: passed with the permission `override`."""
Objection = AskedForIt | WroteIt | Unsure


def objection(
    asked: ApprovalRequested,
    requester: str,
    approver: str,
    logins: Mapping[str, str],
    *,
    authors_may: bool,
) -> Objection | None:
    """What keeps `approver` from approving what `requester` asked for (both are subjects).

    `logins` maps subjects to GitHub logins. Where it is empty nobody's login is known, and
    authors cannot be told from others: the review says so instead.
    """
    if approver == requester:
        return AskedForIt(asked.approvers)
    if authors_may or not logins:
        return None
    shipped = _author_of_images(asked.plan, approver, logins)
    return shipped or _author_of_riding(asked.review)


def _author_of_images(plan: Plan, approver: str, logins: Mapping[str, str]) -> Objection | None:
    commits = plan.commits
    if not plan.changes or commits.status in ("identical", "behind"):
        return None
    if commits.status == "unknown":
        return AuthorsUnknown(commits.why)
    mine = logins.get(approver, "").casefold()
    if mine and mine in [commit.login.casefold() for commit in commits.commits]:
        return WroteIt()
    strangers = _strangers(commits.commits, logins)
    if strangers or commits.total > len(commits.commits):
        return StrangersWrote(strangers)
    return None if mine else LoginUnknown()


def _author_of_riding(review: Review) -> Objection | None:
    """Git names an author as the author likes: who wrote what rides along is never known, but
    for what the bot wrote itself.
    """
    if review.riding_is_unknown:
        return RidingUnknown()
    return next((RidesAlong(commit) for commit in review.riding if not commit.ours), None)


def _strangers(commits: Iterable[Commit], logins: Mapping[str, str]) -> tuple[str, ...]:
    known = {login.casefold() for login in logins.values()}
    found = [c.login or c.author or "unknown" for c in commits if c.login.casefold() not in known]
    return tuple(dict.fromkeys(found))
