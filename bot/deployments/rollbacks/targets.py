"""What an environment can be rolled back to: the states in which it ran well (pure)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.access import Actor
from bot.deployments.deployment import Deployment, State
from bot.deployments.events import WantedImage
from bot.deployments.plan import ImageChange

FRESH = timedelta(days=30)
"""How long after it last ran a state may be gone back to without a new approval."""

Images = Mapping[str, WantedImage]  # by service


@dataclass(frozen=True, slots=True)
class Target:
    """One state that the services were in and ran well in.

    `deployment` brought them there; of the `baseline`, what ran before the first deployment that
    is known, it is the one that ended it. `approved` holds for every image of it.
    """

    deployment: Deployment
    images: Images
    reached_at: datetime
    left_at: datetime | None = None  # None: it runs now
    approved: bool = False
    approved_by: tuple[Actor, ...] = ()
    baseline: bool = False
    rolled_back_by: str = ""  # the rollback that left it: it was found wanting

    @property
    def tags(self) -> tuple[str, ...]:
        """Its tags, each once, the one that most services run first."""
        names = [image.tag for image in self.images.values()]
        return tuple(sorted(dict.fromkeys(names), key=lambda tag: -names.count(tag)))

    def differs(self, now: Mapping[str, str]) -> tuple[WantedImage, ...]:
        """Its images where `now` (service -> tag) holds another tag."""
        return tuple(
            image for name, image in self.images.items() if now.get(name, image.tag) != image.tag
        )

    def why_not_at_once(self, now: datetime) -> str:
        """Why it may not be gone back to at once, as a sentence; "" where it may."""
        if not self.approved:
            return "It was never approved here."
        if self.left_at is not None and now - self.left_at > FRESH:
            return (
                f"It last ran here {(now - self.left_at).days} days ago; {FRESH.days} is the most."
            )
        return ""


@dataclass(frozen=True, slots=True)
class History:
    """Everything that was set in one environment, and the states in which it ran well.

    `steps` pairs each deployment that set images with what was set once it had, oldest first;
    `targets` are newest first.
    """

    steps: tuple[tuple[Deployment, Images], ...]
    targets: tuple[Target, ...]

    @property
    def present(self) -> dict[str, str]:
        """Service -> tag, as the newest of them left it."""
        return tags_of(self.steps[-1][1]) if self.steps else {}

    def last_good(self) -> Target | None:
        """The newest state that ran well before what is set now came, and was not left as bad."""
        begins = self._origin()
        known = [deployment.id for deployment, _ in self.steps]
        for target in self.targets:
            place = known.index(target.deployment.id) - target.baseline
            if place < begins and target.differs(self.present) and not target.rolled_back_by:
                return target
        return None

    def since(self, target: Target) -> tuple[Deployment, ...]:
        """The deployments whose images a rollback to the target undoes, newest first."""
        found: list[Deployment] = []
        for deployment, _ in reversed(self.steps):
            if deployment.id == target.deployment.id:
                return (*found, deployment) if target.baseline else tuple(found)
            found.append(deployment)
        return tuple(found)

    def _origin(self) -> int:
        """Which of the steps brought what is set now, rollbacks to it aside; -1 for none."""
        for number in range(len(self.steps) - 1, -1, -1):
            deployment, images = self.steps[number]
            if deployment.request.purpose != "rollback" and tags_of(images) == self.present:
                return number
        return -1


def history_of(
    deployments: Iterable[Deployment],
    services: Collection[str],
    *,
    needs_approval: bool,
) -> History:
    """The history of these services, from one environment's deployments, in any order."""
    past = as_written(each for each in deployments if sets_images(each, services))
    images = _before_all(past, services)
    begun = _begun_by(past)
    approved = {
        image for each in past for image in _vouched(each, begun, needs_approval=needs_approval)
    }
    steps: list[tuple[Deployment, Images]] = []
    targets: list[Target] = []
    if past:
        first = past[0]
        targets.append(Target(first, images, first.request.at, baseline=True))
    for deployment in past:
        before, images = images, {**images, **_after(deployment, services)}
        steps.append((deployment, images))
        if tags_of(images) != tags_of(before):
            targets = [_left(each, before, deployment) for each in targets]
        if is_good(deployment):
            targets.append(_target(deployment, images))
    digests = _digests(past)
    vouched = [
        replace(
            each,
            approved=_all_in(each.images, approved),
            images=_identified(each.images, digests),
        )
        for each in targets
    ]
    return History(tuple(steps), tuple(reversed(vouched)))


def as_written(deployments: Iterable[Deployment]) -> list[Deployment]:
    """In the order in which Git was written. What waited for an approval may have been asked for
    before, and written after, what went past it.
    """

    def moment(deployment: Deployment) -> datetime:
        return deployment.commit.at if deployment.commit else deployment.request.at

    return sorted(deployments, key=moment)


def tags_of(images: Images) -> dict[str, str]:
    """Service -> tag."""
    return {name: image.tag for name, image in images.items()}


def is_good(deployment: Deployment) -> bool:
    """Whether it came to run well, by what is known of it by now."""
    corrected = deployment.corrected
    if deployment.state is State.TIMED_OUT:
        return corrected is not None and corrected.healthy
    return deployment.state is State.SUCCEEDED and (corrected is None or corrected.healthy)


def sets_images(deployment: Deployment, services: Collection[str]) -> bool:
    """Whether Git was left as it wanted, for any of the services."""
    if deployment.request.kind != "deploy" or not deployment.commit or deployment.reverted:
        return False
    return any(change.service in services for change in _changes(deployment))


def _changes(deployment: Deployment) -> Sequence[ImageChange]:
    return deployment.plan.changes if deployment.plan else ()


def _before_all(past: Sequence[Deployment], services: Collection[str]) -> dict[str, WantedImage]:
    """What each service ran before the first deployment that touches it."""
    first: dict[str, WantedImage] = {}
    for deployment in past:
        for change in _changes(deployment):
            if change.service in services:
                first.setdefault(change.service, _image_before(change))
    return first


def _after(deployment: Deployment, services: Collection[str]) -> dict[str, WantedImage]:
    return {
        change.service: WantedImage(service=change.service, tag=change.after, digest=change.digest)
        for change in _changes(deployment)
        if change.service in services
    }


def _image_before(change: ImageChange) -> WantedImage:
    return WantedImage(service=change.service, tag=change.before, digest=change.digest_before)


def _digests(past: Sequence[Deployment]) -> dict[tuple[str, str], set[str]]:
    """By service and tag every digest that is known to have run under it: a deployment may have
    found what the one that brought it did not record.
    """
    found: dict[tuple[str, str], set[str]] = {}
    for change in (change for deployment in past for change in _changes(deployment)):
        for tag, digest in ((change.after, change.digest), (change.before, change.digest_before)):
            if digest:
                found.setdefault((change.service, tag), set()).add(digest)
    return found


def _identified(images: Images, digests: Mapping[tuple[str, str], set[str]]) -> Images:
    """The images with the digests that they lack, where only one is known."""
    return {
        name: image.model_copy(update={"digest": min(known)})
        if not image.digest and len(known := digests.get((name, image.tag), set())) == 1
        else image
        for name, image in images.items()
    }


def _begun_by(past: Sequence[Deployment]) -> dict[str, str]:
    """Service -> the first deployment that is known to have set it."""
    begun: dict[str, str] = {}
    for deployment in past:
        for change in _changes(deployment):
            begun.setdefault(change.service, deployment.id)
    return begun


def _vouched(
    deployment: Deployment, begun: Mapping[str, str], *, needs_approval: bool
) -> Iterable[tuple[str, str]]:
    """The images (service, tag) that this deployment shows to be approved here.

    Those it brought, where it went well; and those that the first deployment of all found, where
    approvers saw them run Healthy, so that it can be undone as well. What a later one found may
    be somebody's own commit, or what nobody approved: that it ran says nothing of it.
    """
    was_approved = deployment.is_approved or deployment.reviewed is not None
    if is_good(deployment) and (was_approved or not needs_approval):
        yield from ((change.service, change.after) for change in _changes(deployment))
    if not needs_approval or (deployment.is_approved and _was_well(deployment)):
        for change in _changes(deployment):
            if begun.get(change.service) == deployment.id:
                yield change.service, change.before


def _was_well(deployment: Deployment) -> bool:
    assert deployment.approval is not None  # noqa: S101 - is_approved asked
    standing = deployment.approval.asked.review.standing
    return bool(standing) and all(each.health == "Healthy" for each in standing)


def _all_in(images: Images, approved: Collection[tuple[str, str]]) -> bool:
    return all((image.service, image.tag) in approved for image in images.values())


def _target(deployment: Deployment, images: Images) -> Target:
    by = tuple(yes.actor for yes in deployment.approval.approved) if deployment.approval else ()
    if deployment.reviewed and not by:
        by = (deployment.reviewed.actor,)
    return Target(
        deployment=deployment,
        images=images,
        reached_at=deployment.ended_at or deployment.updated_at,
        approved_by=by,
    )


def _left(target: Target, before: Images, by: Deployment) -> Target:
    """The target once `by` has replaced the images it stands for."""
    if tags_of(target.images) != tags_of(before):
        return target
    left = target.left_at or (by.commit.at if by.commit else by.updated_at)
    bad = by.id if by.request.purpose == "rollback" else target.rolled_back_by
    return replace(target, left_at=left, rolled_back_by=bad)
