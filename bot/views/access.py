"""Who may do what and why, and who could approve then (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.access import SLACK_ONLY, Actor, Allowed, Explained, Memberships, Need, Refused
from bot.access.wording import place, quoted, spoken
from bot.membership.past import Report, Source
from bot.views.blocks import MESSAGE_TEXT, code, context, escape, header, section, shortened, when
from bot.views.message import Block, Message
from bot.views.wording import listed, mention, who

_YES, _NO, _LATER = "✅", "⛔", "⏳"
_MEMBERS = 20


def explanation(
    actor: Actor,
    need: Need,
    found: Explained,
    memberships: Memberships,
    members: Mapping[str, frozenset[str]],
) -> Message:
    """One decision: the answer, what it rests on, and who holds the permission.

    `members` are user IDs by user group.
    """
    said = _answer(who(actor), escape(quoted(need)), found)
    why = [] if _is_alone(found) else [_holders(found, members)]
    if isinstance(found.answer, Refused) and found.answer.opens_at is None and not found.instead:
        uncounted = [escape(each) for each in dict.fromkeys(memberships.uncounted.values())]
        teams = any(subject.startswith("team:") for subject in found.holders)
        why = [escape(memberships.refusal), *why, *(uncounted if teams else [])]
    small = ["Grants are in the catalog, under access."]
    if need.permission in SLACK_ONLY:
        small.insert(0, "It is given in Slack alone.")
    body = " ".join(each for each in why if each)
    blocks: list[Block] = [section(said), *([section(body)] if body else [])]
    text = shortened(f"{said} {body}".strip(), MESSAGE_TEXT)
    return Message(text=text, blocks=[*blocks, context(" ".join(small))])


def _answer(whom: str, what: str, found: Explained) -> str:
    """Yes, not yet or no, and by what."""
    because_of = _because(found.as_subjects)
    if found.instead:
        places = somewhere([other.scope for other in found.instead])
        return (
            f"{_YES} {whom} may ask for {what}, and approvers decide: whoever holds it for "
            f"{places} may, and they do {because_of}."
        )
    if isinstance(found.answer, Allowed):
        return f"{_YES} {whom} holds {what}: {because_of}."
    if found.answer.opens_at is not None:
        return (
            f"{_LATER} {whom} holds {what} from {when(found.answer.opens_at)} on: "
            f"{because_of}, and not for long enough to decide yet."
        )
    return f"{_NO} {whom} does not hold {what}."


def _holders(found: Explained, members: Mapping[str, frozenset[str]]) -> str:
    if not found.holders:
        return "It is granted to nobody."
    return f"It is held by {_and_members(found.holders, members)}."


def _is_alone(found: Explained) -> bool:
    """Whether it is granted to nobody but the one subject that the answer names."""
    return isinstance(found.answer, Allowed) and not found.instead and len(found.holders) < 2


def report(found: Report) -> Message:
    """Who could approve, by environment."""
    if found.grants_at is None:
        said = f"Nothing is recorded of who could approve then ({when(found.at)})."
        hint = context(f"{code('/shipmate access report')} tells it of now.")
        return Message(text=said, blocks=[section(said), hint])
    lines = [
        f"*{escape(environment)}*: {_sources(sources)}"
        for environment, sources in found.environments.items()
    ]
    said = f"Who could approve, as of {when(found.at)}:"
    small = (
        f"By the grants in force since {when(found.grants_at)}, and by members as they were seen; "
        "accounts that were deactivated could not."
    )
    text = shortened("\n".join([said, *lines]), MESSAGE_TEXT)
    blocks: list[Block] = [header("Who could approve"), section("\n".join(lines))]
    small = f"As of {when(found.at)}. {small}"
    return Message(text=text, blocks=[*blocks, context(small)])


def because(subject: str) -> str:
    """How somebody is one of the subject: "as a member of @oncall"."""
    kind = subject.partition(":")[0]
    match kind:
        case "members":
            return "as a full member of the workspace"
        case "group" | "team":
            return f"as a member of {escape(spoken(subject))}"
        case _:
            return "by name"


def somewhere(scopes: Sequence[str]) -> str:
    """Several scopes: "dev, staging and shared applications"."""
    return listed([escape(place(scope)) for scope in scopes], 20)


def _because(subjects: Sequence[str]) -> str:
    return listed([because(subject) for subject in subjects], 5)


def _and_members(subjects: Sequence[str], members: Mapping[str, frozenset[str]]) -> str:
    """The holders in words, user groups with who is in them."""
    said = []
    for subject in subjects:
        kind, _, name = subject.partition(":")
        word = mention(name) if kind == "slack" else escape(spoken(subject))
        if kind == "group":
            inside = [mention(user_id) for user_id in sorted(members.get(name, ()))]
            word += f" ({listed(inside, _MEMBERS) or 'nobody is in it'})"
        said.append(word)
    return listed(said, 20)


def _sources(sources: Sequence[Source]) -> str:
    return "; ".join(_source(each) for each in sources) or "nobody"


def _source(source: Source) -> str:
    kind, _, name = source.subject.partition(":")
    if kind == "slack":
        return mention(name)
    spoken_of = escape(spoken(source.subject))
    if kind not in ("group", "team"):
        return spoken_of
    if source.unseen:
        return f"{spoken_of} (nobody had looked at it yet)"
    able = [mention(each.name) for each in source.members if each.from_when is None]
    later = [
        f"{mention(each.name)} from {when(each.from_when)}"
        for each in source.members
        if each.from_when
    ]
    inside = [each for each in (listed(able, _MEMBERS), listed(later, _MEMBERS)) if each]
    return f"{spoken_of} ({'; '.join(inside) or 'nobody was in it'})"
