"""The simple controls of the page's panel: a button that acts, a toggle that stays."""

from __future__ import annotations

from collections.abc import Callable

from bot.sandbox.slack.panel import Control


def button(key: str, label: str, group: str, act: Callable[[], None]) -> Control:
    """A button that does one thing."""

    async def run(_: object) -> str:
        act()
        return f"{label}: done."

    return Control(key, label, "button", run, group)


def toggle(key: str, label: str, group: str, switch: Callable[[bool], None]) -> Control:
    """A toggle that begins as off."""
    state = {"on": False}

    async def run(value: object) -> str:
        state["on"] = value in (True, "true", "on")
        switch(state["on"])
        return f"{group}: {label.lower()} is {'on' if state['on'] else 'off'}."

    return Control(key, label, "toggle", run, group, value=lambda: state["on"])
