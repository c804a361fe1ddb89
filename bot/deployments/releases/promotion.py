"""What a promotion ships: the images that one environment runs, under tags of the other (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.catalog import Catalog, Environment, TagFormat
from bot.catalog.tags import sha_of
from bot.deployments.events import WantedImage
from bot.deployments.releases.runs import Running
from bot.deployments.releases.wording import named
from bot.errors import Conflict

_SHORT = 7


@dataclass(frozen=True, slots=True)
class Candidate:
    """One service of the source: what Git says there, what its pods run, and what is known of it.

    `unwell` says why its application is not Synced and Healthy, "" where it is. `registered` is
    the image that its tag names in the registry, "" for none.
    """

    running: Running
    tag: str
    unwell: str = ""
    registered: str = ""

    @property
    def service(self) -> str:
        """Its name."""
        return self.running.service


@dataclass(frozen=True, slots=True)
class Present:
    """One service of the target: the tag in Git, and the image that runs; "" where unknown."""

    tag: str
    digest: str = ""


def check_order(catalog: Catalog, source: Environment, target: Environment) -> None:
    """Raise Conflict unless the catalog lets images go from `source` to `target`."""
    rule = target.promotion
    if rule is None:
        raise Conflict(
            f"Nothing is promoted to {target.name}: the catalog names no source for it. "
            "Nothing was changed.",
            hint=f"Deploy there: `/deploy {target.name}`.",
        )
    if rule.source != source.name:
        way = " -> ".join((*reversed(catalog.leading_to(target.name)), target.name))
        raise Conflict(
            f"{target.name} takes what {rule.source} runs, not what {source.name} runs. "
            "Nothing was changed.",
            hint=f"The order is {way}: `/promote {rule.source} {target.name}`.",
        )


def default_way(catalog: Catalog) -> tuple[Environment, Environment] | None:
    """Source and target of a promotion that names neither: the last one that needs approvals,
    or else the last that has a source.
    """
    takers = [each for each in catalog.environments if each.promotion]
    takers.sort(key=lambda each: each.needs_approval)
    if not takers or takers[-1].promotion is None:
        return None
    return catalog.environment(takers[-1].promotion.source), takers[-1]


def shipped(
    source: Environment,
    target: Environment,
    candidates: Sequence[Candidate],
    present: Mapping[str, Present],
    day: date,
) -> tuple[WantedImage, ...]:
    """The images that go to `target`: what differs there. Raises Conflict, with everything that
    is in the way, or where nothing differs. `day` is the day (UTC) of the request.
    """
    problems = [*_unwell(source, candidates), *_unknown(candidates), *_renamed(source, candidates)]
    if problems:
        raise Conflict(
            f"{' '.join(problems)} Nothing was changed.",
            hint=f"Mend it there, or name the services that are well; `/where {source.name}`.",
        )
    moving = [each for each in candidates if not _is_there(each, present.get(each.service))]
    if not moving:
        raise Conflict(
            f"{target.name} runs the same images as {source.name}: there is nothing to promote.",
            hint=f"`/where {source.name}` and `/where {target.name}` show them.",
        )
    images = [
        WantedImage(
            service=each.service,
            tag=tag_for(target, each.tag, day),
            digest=each.running.digest,
        )
        for each in moving
    ]
    nameless = tuple(c.service for c, image in zip(moving, images, strict=True) if not image.tag)
    if nameless:
        forms = " or ".join(form.words for form in target.tag_formats)
        raise Conflict(
            f"{named(nameless)} cannot get a tag of {target.name} ({forms}): the tag in "
            f"{source.name} names no commit. Nothing was changed.",
            hint=f"Deploy them to {source.name} by a tag that does.",
        )
    return tuple(images)


def tag_for(target: Environment, tag: str, day: date) -> str:
    """The tag of an image in `target` that has `tag` where it comes from; "" where there is none.

    v<YYYYMMDD>-<sha> where dated tags are taken, or the same tag where that fits.
    """
    sha = sha_of(tag)
    if TagFormat.DATED in target.tag_formats and sha:
        return f"v{day:%Y%m%d}-{sha[:_SHORT]}"
    return tag if any(form.accepts(tag) for form in target.tag_formats) else ""


def main_tag(images: Sequence[WantedImage]) -> str:
    """The tag that most of them have: the one that a card is titled by."""
    tags = [image.tag for image in images]
    return max(dict.fromkeys(tags), key=tags.count)


def _unwell(source: Environment, candidates: Sequence[Candidate]) -> Iterator[str]:
    sick = {each.running.application: each.unwell for each in candidates if each.unwell}
    for application, why in sick.items():
        yield f"{source.name} does not run {application} well: {why}."


def _unknown(candidates: Sequence[Candidate]) -> Iterator[str]:
    """Candidates of which it is not certain which one image runs, or that are not kept."""
    of = {
        "has pods with other tags than Git names": [
            each for each in candidates if each.running.tags not in ((), (each.tag,))
        ],
        "has pods with different images under one tag": [
            each for each in candidates if len(each.running.digests) > 1
        ],
        "runs an image that neither its pods nor the record tell": [
            each for each in candidates if not each.running.digests
        ],
        "has a tag that the registry lacks": [
            each for each in candidates if each.running.digest and not each.registered
        ],
    }
    for words, found in of.items():
        if found:
            yield f"What {words}: {named(tuple(each.service for each in found))}."


def _renamed(source: Environment, candidates: Sequence[Candidate]) -> Iterator[str]:
    """Candidates whose tag was pushed again since: which image is meant is not to be guessed."""
    moved = [
        each
        for each in candidates
        if each.running.digest and each.registered not in ("", each.running.digest)
    ]
    if not moved:
        return
    others = [each.service for each in candidates if each not in moved]
    rest = f", or promote the other services: {named(tuple(others))}" if others else ""
    runs, its = ("runs", "its tag names") if len(moved) == 1 else ("run", "their tags name")
    yield (
        f"{source.name}'s {named(tuple(each.service for each in moved))} {runs} another image than "
        f"{its} in the registry now: redeploy {source.name}{rest}."
    )


def _is_there(candidate: Candidate, present: Present | None) -> bool:
    """Whether the target runs the same image: by its digest, or where that is unknown its commit."""
    if present is None:
        return False
    if present.digest:
        return present.digest == candidate.running.digest
    sha = sha_of(present.tag)
    return bool(sha) and sha[:_SHORT] == sha_of(candidate.tag)[:_SHORT]
