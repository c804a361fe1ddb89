"""What an examination of every system found, as one short message (pure)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bot.views import icons
from bot.views.blocks import code, context, cut, escape, header, section
from bot.views.message import Block, Message
from bot.views.wording import count, listed

if TYPE_CHECKING:
    from bot.doctor import Finding
    from bot.notifications.owed import Undelivered

_MARK = {"ok": "✅", "warning": icons.WARNING, "fault": "❌"}
_SHOWN = 20


def examination(
    findings: Sequence[Finding],
    degraded: Mapping[str, str],
    undelivered: Sequence[Undelivered],
    version: str,
) -> Message:
    """What is wrong and how to mend it; what is well in one line for each system."""
    faults = [each for each in findings if each.state == "fault"]
    warnings = [each for each in findings if each.state == "warning"]
    said = _sentence(len(findings), len(faults), len(warnings))
    wrong = [_finding(each) for each in (*faults, *warnings)]
    blocks: list[Block] = [header("shipmate doctor"), section(escape(said))]
    blocks += [section(each) for each in wrong[:_SHOWN]]
    well = Counter(each.system for each in findings if each.state == "ok")
    lines = [
        f"{_MARK['ok']} {escape(system)}: {count(number, 'check')}"
        for system, number in well.items()
    ]
    if lines:
        blocks.append(section(" · ".join(lines)))
    blocks += _state(degraded, undelivered)
    left = f"and {len(wrong) - _SHOWN} more; " if len(wrong) > _SHOWN else ""
    small = f"{left}`shipmate doctor` in a shell shows every finding. Version {code(version)}."
    return Message(text=said, blocks=[*blocks, context(small)])


def _sentence(checks: int, faults: int, warnings: int) -> str:
    if not faults and not warnings:
        return f"All {checks} checks are well."
    found = [count(faults, "fault")] * bool(faults) + [count(warnings, "warning")] * bool(warnings)
    return f"{listed(found)} in {count(checks, 'check')}."


def _finding(finding: Finding) -> str:
    fix = f"\n→ {escape(cut(finding.fix, 600))}" if finding.fix else ""
    said = escape(cut(finding.says, 1200))
    return f"{_MARK[finding.state]} *{escape(finding.system)}*: {said}{fix}"


def _state(degraded: Mapping[str, str], undelivered: Sequence[Undelivered]) -> list[Block]:
    """What the running bot itself knows: which systems are away, and what Slack did not take."""
    blocks: list[Block] = []
    if degraded:
        lines = [f"*{escape(name)}*: {escape(cut(why, 300))}" for name, why in degraded.items()]
        blocks.append(section("\n".join([f"{icons.WARNING} Away now:", *lines])))
    failing = [each for each in undelivered if each.why]
    if failing:
        lines = [
            f"{escape(each.channel)} {code(each.key)}: {escape(cut(each.why, 200))}"
            for each in failing[:5]
        ]
        said = f"{icons.WARNING} {count(len(failing), 'message')} could not be delivered:"
        blocks.append(section("\n".join([said, *lines])))
    return blocks
