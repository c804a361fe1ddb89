"""What a deployment that has not started waits for, and what lets it go on (pure)."""

from __future__ import annotations

from bot.deployments.deployment import Deployment, State
from bot.views.blocks import code, context, escape, section, when
from bot.views.card_facts import CardFacts, reference
from bot.views.gates import gate_line
from bot.views.message import Block
from bot.views.wording import listed, who

_NAMED = 3
GO_ON = "Go On starts this one alone; Resume Queue starts all that wait, in their order."


def queue_blocks(deployment: Deployment, facts: CardFacts) -> list[Block]:
    """Nothing once it has started; an approval's card has a place of its own for shut gates."""
    if deployment.state is not State.QUEUED:
        return []
    return [*_waits_for(deployment, facts), *_shut(facts)]


def replaced_blocks(facts: CardFacts) -> list[Block]:
    """Whose place it took, so that nobody looks for what they asked for before."""
    if not facts.replaced:
        return []
    named = [
        f"{reference(each.id, facts)} of {who(each.request.actor)} ({code(each.tag)})"
        for each in facts.replaced
    ]
    said = f"It takes the place of {listed(named, _NAMED)}, asked for before and not started."
    return [context(said)]


def _shut(facts: CardFacts) -> list[Block]:
    """What would refuse it if its turn came now."""
    if not facts.closed:
        return []
    lines = [gate_line(gate, facts.now) for gate in facts.closed]
    said = "Shut to it now. It is refused if that is still so when its turn comes."
    return [section("\n".join(lines)), context(said)]


def _waits_for(deployment: Deployment, facts: CardFacts) -> list[Block]:
    if deployment.request.goes_back_at_once and deployment.found:
        return [section("What runs there is being stopped first.")]
    if deployment.held:
        ahead = reference(deployment.held.by, facts)
        said = f"Held: {ahead} ended *{deployment.held.outcome}*. Look at it, then go on or cancel."
        return [section(said), context(GO_ON)]
    if deployment.queued:
        keys = [key for key in deployment.queued.behind if key not in facts.over]
        if not keys:
            return [section("Nothing is ahead of it any more: it starts.")]
        ahead = listed([reference(key, facts) for key in keys], 3)
        apps = listed([code(app) for app in deployment.queued.applications], 4)
        uses = "uses" if len(keys) == 1 else "use"
        return [section(f"Behind {ahead}, which {uses} {apps}. It starts by itself.")]
    if deployment.awaits_source:
        request = deployment.request
        at = f", {when(request.ready_at)} if nothing happens" if request.ready_at else ""
        there = escape(request.source)
        return [section(f"Waiting until {there} has run it Healthy for long enough{at}.")]
    if deployment.request.when_green and not deployment.found:
        return [section(f"Waiting for build {deployment.request.when_green} to become green.")]
    return []
