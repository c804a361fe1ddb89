"""What an application's pods wrote, or why there is nothing to show (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.views import icons
from bot.views.blocks import code, context, cut, escape, fence, header, link, section
from bot.views.message import Block, Message
from bot.views.wording import count
from integrations.argocd.details import LogLine

_ROOM = 2600
_COMPLAINTS = 5


def pod_logs(of: str, lines: Sequence[LogLine], url: str, *, tail: int, why: str = "") -> Message:
    """The newest lines that fit one message, redacted by the caller, with the pods they are of.

    Lines without a time are what Kubernetes says instead of a log. `why` says what there being
    none at all means.
    """
    written = [line for line in lines if line.at is not None]
    complaints = list(dict.fromkeys(line.content for line in lines if line.at is None))
    if not written:
        return _nothing(of, why or "There are no log lines.", complaints, url)
    pods = [pod for pod in dict.fromkeys(line.pod for line in written) if pod]
    shown = _newest(written, tell_pods=len(pods) > 1)
    left = len(written) - len(shown)
    note = f"the newest {len(shown)} of {len(written)} lines" if left else count(len(shown), "line")
    small = [", ".join(code(pod) for pod in pods[:5]), escape(f"{note}; --tail {tail}")]
    blocks: list[Block] = [header(f"Logs of {of}"), section(fence("\n".join(shown)))]
    blocks += [context(*small), *_complaining(complaints), _foot(url)]
    return Message(text=escape(f"Logs of {of}, {note}."), blocks=blocks)


def _nothing(of: str, why: str, complaints: Sequence[str], url: str) -> Message:
    said = f"No logs of {of}. {why}" if not complaints else f"No logs of {of}."
    blocks = [section(escape(said)), *_complaining(complaints), _foot(url)]
    text = " ".join([said, *complaints[:1]])
    return Message(text=escape(cut(text, 1500)), blocks=blocks)


def _complaining(complaints: Sequence[str]) -> list[Block]:
    lines = [f"{icons.WARNING} {escape(cut(said, 300))}" for said in complaints[:_COMPLAINTS]]
    return [section("\n".join(lines))] if lines else []


def _newest(lines: Sequence[LogLine], *, tell_pods: bool) -> list[str]:
    """As many of the last lines as there is room for, at least one, oldest first."""
    shown: list[str] = []
    room = _ROOM
    for line in reversed(lines):
        text = f"{line.pod[-5:]} {line.content}" if tell_pods else line.content
        room -= len(escape(text)) + 1
        if room < 0 and shown:
            break
        shown.append(text)
    return shown[::-1]


def _foot(url: str) -> Block:
    where = link(url, "Open in Argo CD") if url else ""
    return context(where, "Only you see this.")
