"""Which images and commits a deployment ships, in few lines (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.deployments.plan import Build, Commits, ImageChange, NewerBuild
from bot.views.blocks import code, cut, escape, link
from bot.views.wording import count, listed, move

_COMMITS = 5
_TITLE = 90
_NAMED = 3
_DIGESTS, _MANY = 7, 30


def image_lines(changes: Sequence[ImageChange]) -> list[str]:
    """Services that move alike share a line."""
    moves: dict[tuple[str, str, tuple[str, ...], bool], list[str]] = {}
    for change in changes:
        left = tuple(tag for tag in change.live if tag != change.after) if change.is_noop else ()
        key = (change.before, change.after, left, change.is_noop)
        moves.setdefault(key, []).append(escape(change.service))
    lines = []
    for (before, after, left, is_noop), alike in moves.items():
        everything = len(alike) == len(changes) > _NAMED
        services = [f"All {len(alike)} services"] if everything else alike
        if before == after and not is_noop:
            lines.append(f"{listed(services)}: {code(after)}, named by its digest from here on")
        elif before == after:
            still = f"; pods still run {listed([code(tag) for tag in left], 3)}" if left else ""
            lines.append(f"{listed(services)}: {code(after)}, as Git already says{still}")
        else:
            lines.append(f"{listed(services)}: {move(before, after)}")
    return lines


def digest_line(changes: Sequence[ImageChange], *, whole: bool = False) -> str:
    """Which images the tags name, as far as that is known: what approvers say yes to. Only the
    `whole` line says which they take the place of.
    """
    known = [each for each in changes if each.digest and not each.is_noop]
    if not known:
        return ""
    told = [
        f"{escape(each.service)} {_from(each) if whole else ''}{_short(each.digest)}"
        for each in known
    ]
    return f"Digests: {listed(told, _MANY if whole else _DIGESTS)}"


def _from(change: ImageChange) -> str:
    before = change.digest_before
    return f"{_short(before)} → " if before and before != change.digest else ""


def _short(digest: str) -> str:
    return escape(digest.removeprefix("sha256:")[:12])


def reverted_lines(changes: Sequence[ImageChange]) -> list[str]:
    """The services whose earlier tags are back."""
    moves: dict[tuple[str, str], list[str]] = {}
    for change in changes:
        if not change.is_noop:
            moves.setdefault((change.before, change.after), []).append(escape(change.service))
    lines = []
    for (before, after), alike in moves.items():
        everything = len(alike) == len(changes) > _NAMED
        services = f"All {len(alike)} services" if everything else listed(alike)
        lines.append(f"{services}: back to {code(before)} from {code(after)}")
    return lines


def commit_lines(commits: Commits, most: int = _COMMITS, *, shipped: bool = False) -> list[str]:
    """What ships beyond what runs, or has shipped: a sentence, then the newest commits."""
    runs, goes = ("ran before", "went") if shipped else ("runs", "goes")
    match commits.status:
        case "identical":
            return [f"No commits beyond what {runs}."]
        case "behind":
            head = f"⚠️ It is *older* than what {runs}: this {goes} back."
        case "diverged":
            own = f"{count(commits.total, 'commit')} of its own"
            head = f"⚠️ It has *diverged* from what {runs}; {own}."
        case "ahead":
            head = f"{count(commits.total, 'commit')} {'shipped' if shipped else 'since what runs'}"
        case _:
            why = f" ({escape(commits.why)})" if commits.why else ""
            return [f"Commits since what {runs}: unknown{why}."]
    if commits.url:
        head = f"{head} · {link(commits.url, 'compare')}"
    newest = commits.commits[:most]  # GitHub client: newest first
    lines = [head]
    for each in newest:
        title = cut(" ".join(each.title.split()), _TITLE)
        sha = link(each.url, each.sha[:7]) if each.url else code(each.sha[:7])
        author = f" · {escape(each.author)}" if each.author else ""
        lines.append(f"• {sha} {escape(title)}{author}")
    if commits.total > len(newest) and newest:
        lines.append(f"  and {commits.total - len(newest)} more")
    return lines


def build_line(build: Build) -> str:
    """Where the tag comes from."""
    title = escape(cut(" ".join(build.title.split()), _TITLE))
    by = f" by {escape(build.author)}" if build.author else ""
    if build.source:
        return f"Runs in {escape(build.source)}" + (f": {title}{by}" if title else "")
    if build.named_by_person:
        return f"Named by hand: {title}{by}" if title else ""
    where = link(build.url, f"build {build.run_id}") if build.url else "the newest build"
    return f"From {where}: {title}{by}" if title else f"From {where}"


def newer_line(newer: NewerBuild) -> str:
    """The build that is still under way."""
    title = escape(cut(" ".join(newer.title.split()), _TITLE))
    where = link(newer.url, newer.sha[:7]) if newer.url else code(newer.sha[:7])
    return f"A newer build is not finished: {where} {title}"
