"""The part of a card that answers "what am I approving?" (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.deployments.approvals.approval import Approval
from bot.deployments.approvals.review import Review, Standing
from bot.deployments.deployment import Deployment, State
from bot.deployments.gates.gate import BY_MEMORY
from bot.deployments.plan import Commits
from bot.views import icons
from bot.views.blocks import Element, button, code, confirm, context, cut, escape, section, when
from bot.views.card_facts import CardFacts, reference
from bot.views.gates import gate_line
from bot.views.manifest_changes import hooks_of, manifest_lines
from bot.views.message import Block
from bot.views.taken_back import taken_back_line, taken_back_words
from bot.views.wording import capped, count, listed, who
from integrations.argocd.model import Health, Sync

_SHOWN = 5


def approval_blocks(deployment: Deployment, facts: CardFacts) -> list[Block]:
    """While it waits: who may decide, until when, and what goes along. Nothing once decided but
    who said what.
    """
    approval = deployment.approval
    if approval is None:
        return _asked_again(deployment) if deployment.state is State.WAITING else []
    if not deployment.awaits_approval or deployment.ended:
        said = [
            f"{icons.STATE[State.SUCCEEDED]} Approved by {who(a.actor)}" for a in approval.approved
        ]
        return [context(*said)] if said else []
    asked = approval.asked
    blocks = [*_asked_again(deployment), *review_blocks(deployment, facts)]
    may = listed([escape(spoken(each)) for each in asked.approvers], 4) or "nobody"
    small = [
        f"*{voices(approval)}*",
        f"May approve: {may}, but not whoever asks",
        f"Expires {when(asked.expires_at)}",
    ]
    if approval.approved:
        small.insert(1, f"Approved by {listed([who(each.actor) for each in approval.approved])}")
    blocks.append(context(*small))
    if deployment.newer:
        blocks.append(
            context(
                f"A newer build is there: {code(deployment.newer.tag)} "
                f"{escape(cut(deployment.newer.title, 90))}. This request stays as it is."
            )
        )
    return blocks


def _asked_again(deployment: Deployment) -> list[Block]:
    if deployment.lapsed is None:
        return []
    why = escape(cut(deployment.lapsed.why, 400))
    return [section(f"{icons.WARNING} Asked for anew, earlier approvals are void. {why}")]


def review_blocks(
    deployment: Deployment, facts: CardFacts, *, commits: int = _SHOWN
) -> list[Block]:
    """What deploys along, what it migrates, how the target stands, and every gate: those that
    memory knows of as they are now, the rest as they were when the approval was asked for.
    """
    approval = deployment.approval
    if approval is None:
        return []
    review = approval.asked.review
    blocks: list[Block] = []
    told = (
        _warnings(review, deployment, facts),
        _sharp(deployment, commits),
        _riding(review, commits),
        manifest_lines(review.preview, commits),
        _migrations(review),
        _standing(review, deployment),
        _gates(review, approval.asked.at, facts),
    )
    blocks += [section("\n".join(lines)) for lines in told if lines]
    small = [escape(cut(each, 700)) for each in (review.soak, review.verification) if each]
    if review.previous:
        small.append(f"Last deployment here: {reference(review.previous, facts)}")
    small += [f"{icons.WARNING} Not known: {escape(cut(each, 300))}" for each in review.unknown]
    return [*blocks, context(*small)] if small else blocks


def _sharp(deployment: Deployment, most: int) -> list[str]:
    """What a sync is narrowed to, deletes and replaces, object by object."""
    objects = deployment.approval.asked.plan.sharp if deployment.approval else ()
    if not objects:
        return []
    rows = [f"• {code(each)}" for each in objects]
    return [f"{icons.WARNING} *The sync concerns:*", *capped(rows, most)]


def _warnings(review: Review, deployment: Deployment, facts: CardFacts) -> list[str]:
    back = [taken_back_line(review.taken_back)] if review.taken_back else []
    plan = deployment.plan
    said = dict.fromkeys([*(plan.warnings if plan else ()), *facts.warned])
    return [*back, *(f"{icons.WARNING} {escape(cut(each, 300))}" for each in said)]


def _riding(review: Review, most: int) -> list[str]:
    if not review.riding:
        return []
    head = f"*Rides along:* {_rides(review, 'commit')} of the GitOps repository"
    rows = [
        f"• {code(each.sha[:7])} {escape(cut(each.title, 90))} · {escape(each.author)}"
        for each in review.riding
    ]
    return [head, *capped(rows, most)]


def _rides(review: Review, what: str) -> str:
    """How many commits ride along, "at least" so many where nobody counted further."""
    at_least = "at least " * review.riding_is_cut
    return f"{at_least}{count(len(review.riding), what)}"


def _migrations(review: Review) -> list[str]:
    lines = []
    if review.migrations:
        head = f"{icons.WARNING} *Migrates the database:* {count(len(review.migrations), 'file')}"
        lines = [head, *capped([f"• {code(each)}" for each in review.migrations], _SHOWN)]
    if review.unsafe:
        lines.append(f"⛔ *Not safe to roll back:* {escape(cut(review.unsafe, 300))}")
    return lines


def _standing(review: Review, deployment: Deployment) -> list[str]:
    plan = deployment.plan
    waves = {app.name: app.wave for app in plan.applications} if plan else {}
    return [f"*Now:* {_stands(each, waves.get(each.application, 0))}" for each in review.standing]


def _stands(each: Standing, wave: int) -> str:
    parts = [code(each.application)]
    if each.health and each.sync:
        parts.append(f"{icons.HEALTH[Health(each.health)]} {each.health}")
        parts.append(f"{icons.SYNC[Sync(each.sync)]} {each.sync}")
    parts.append(f"wave {wave}")
    if each.auto_sync:
        parts.append("syncs by itself")
    return " · ".join(parts)


def _gates(review: Review, asked_at: datetime, facts: CardFacts) -> list[str]:
    """Every gate that is closed, and of those that were asked the open ones, as of when."""
    seen = [gate for gate in review.gates if gate.name not in BY_MEMORY]
    closed = {gate.name for gate in seen} | {gate.name.value for gate in facts.closed}
    still_open = [name for name in review.judged if name not in closed]
    lines = [
        f"⛔ *{escape(gate.name)}:* {escape(cut(gate.why, 300))} {escape(cut(gate.opens, 200))}"
        for gate in seen
    ]
    lines += [gate_line(gate, facts.now) for gate in facts.closed]
    if facts.closed:
        lines.append("No yes is taken while that is shut.")
    if still_open:
        every = "Open" if closed else "Every gate but the approval is open"
        lines.append(f"{icons.STATE[State.SUCCEEDED]} {every}: {listed(still_open, 12)}.")
    if review.judged:
        lines.append(f"As of {when(asked_at)}; freezes and locks as of now.")
    return lines


def voices(approval: Approval) -> str:
    """How many approvals there are of how many: "1 of 2 approvals", and whose are missing."""
    asked = approval.asked
    said = f"{len(approval.approved)} of {count(asked.needed, 'approval')}"
    missing = [f"{number} from {spoken(of)}" for of, number in approval.missing_of.items()]
    return f"{said} ({', '.join(missing)} missing)" if missing and asked.quorum else said


def spoken(subject: str) -> str:
    """A subject of the catalog as people say it: @approvers."""
    kind, _, name = subject.partition(":")
    match kind:
        case "group":
            return f"@{name}"
        case "slack":
            return f"user {name}"
        case "members":
            return "every full member"
        case _:
            return name or kind


def decision_buttons(deployment: Deployment) -> list[Element]:
    """Approve, whose question names what it does, and apart from it Reject."""
    approval = deployment.approval
    if approval is None or not deployment.awaits_approval or approval.rejected:
        return []
    words = f"{deployment.id} --plan {approval.asked.digest}"
    question = confirm(
        "Approve this change?", scope_sentence(deployment), "Approve", "Go Back", style="primary"
    )
    return [
        button("Approve", "run:approve", f"{words} --yes", style="primary", confirm=question),
        button("Reject", "run:reject", words),
    ]


def scope_sentence(deployment: Deployment) -> str:
    """Environment, services, tag, commits and migrations in one plain sentence or two."""
    request, plan = deployment.request, deployment.plan
    review = deployment.approval.asked.review if deployment.approval else Review()
    names = [app.name for app in plan.applications] if plan else list(request.applications)
    if request.sync is not None:
        objects = f" ({listed(plan.sharp, _SHOWN)})" if plan and plan.sharp else ""
        said = f"{request.environment}: sync of {listed(names, 3)}{objects}"
    else:
        moved = [change.service for change in plan.effective] if plan else []
        many = len(moved) > _SHOWN or not request.services
        services = f"all {len(moved)} services" if many else listed(moved, _SHOWN)
        what = services if moved else "no image"
        said = f"{request.environment}: {what} to {_tags(deployment)} ({listed(names, 3)})"
    commits = plan.commits if plan else None
    parts = [said]
    if commits and request.sync is None:
        known = commits.status != "unknown"
        parts.append(count(commits.total, "commit") if known else "an unknown number of commits")
    if review.riding:
        parts.append(f"{_rides(review, 'Git commit')} riding along")
    parts.append(_migrated(review, commits))
    if hooks := [f"{each.kind}/{each.name}" for each in hooks_of(review.preview)]:
        parts.append(f"{listed(hooks, 3)} {'runs' if len(hooks) == 1 else 'run'} as a hook")
    back = f"{taken_back_words(review.taken_back)} " if review.taken_back else ""
    return f"{back}{', '.join(parts)}."


def _migrated(review: Review, commits: Commits | None) -> str:
    """How many migrations, as far as anybody could tell."""
    is_whole = commits is not None and commits.status != "unknown" and not commits.files_cut
    if not review.migrations:
        return "no new migration file" if is_whole else "migrations unknown"
    least = "" if is_whole else "at least "
    return f"{least}{count(len(review.migrations), 'migration')}"


def _tags(deployment: Deployment) -> str:
    plan = deployment.plan
    tags: Sequence[str] = [*dict.fromkeys(c.after for c in plan.changes)] if plan else ()
    return listed(tags, 2) if tags else deployment.tag
