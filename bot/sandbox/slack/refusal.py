"""How the Web API says no."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """`ok: false`. `error` is Slack's code; `more` joins the answer beside it."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.more = more


def invalid(error: str, problems: list[str]) -> Refusal:
    """A refusal that lists each problem, as Slack does for blocks, views and arguments."""
    details = {"messages": [f"[ERROR] {problem}" for problem in problems]}
    if error == "invalid_blocks":
        return Refusal(error, errors=problems, response_metadata=details)
    return Refusal(error, response_metadata=details)
