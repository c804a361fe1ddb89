"""`shipmate demo`: the whole platform on this machine, with the real bot in it."""

from __future__ import annotations

import asyncio
import signal
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bot.catalog import Catalog, load
from bot.declared import declared
from bot.errors import SettingsError
from bot.manifest import manifest
from bot.needs import Need
from bot.needs import load as load_settings
from bot.ports import expect_free
from bot.sandbox.logins import with_logins
from bot.sandbox.panel import controls
from bot.sandbox.process import BotProcess
from bot.sandbox.world import World, world
from integrations.clock import Clock, FastClock, SystemClock

_USUAL_PORT = 8080


async def run(host: str = "127.0.0.1", port: int | None = None, speed: float = 1.0) -> None:
    """Until Ctrl-C. Prints the address of the page once everything is ready.

    `port` None is 8080, or any that is free where that is taken. Raises SettingsError where a
    port that was asked for is.
    """
    port = _free(host, port)
    clock: Clock = SystemClock() if speed == 1 else FastClock(speed)
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopped.set)
    with tempfile.TemporaryDirectory(prefix="shipmate-demo-") as place:
        async with world(Path(place), clock, host=host, port=port) as everything:
            bot = BotProcess(variables(everything), clock, Path(place) / "bot.log")
            install(everything, bot)
            _say("Starting shipmate in its sandbox …")
            await bot.start()
            try:
                _say(_welcome(everything.slack.base_url, bot.url, Path(place)))
                await stopped.wait()
            finally:
                await bot.stop()


def _free(host: str, port: int | None) -> int:
    remedy = "`shipmate demo --port 0` takes any port that is free."
    try:
        expect_free(host, _USUAL_PORT if port is None else port, remedy=remedy)
    except SettingsError:
        if port is not None:
            raise
        expect_free(host, 0, remedy="--host names where its page listens.")
        _say(f"Port {_USUAL_PORT} is taken; the page has another.")
        return 0
    return _USUAL_PORT if port is None else port


def variables(everything: World) -> dict[str, str]:
    """The bot's environment: the world's, and a catalog that knows its people at GitHub.

    Raises CatalogError.
    """
    path = load_settings(Need.CATALOG).catalog_path
    load(path)
    known = everything.directory / path.name
    known.write_text(with_logins(path.read_text()))
    return {**everything.environment(), "SHIPMATE_CATALOG": str(known)}


def install(everything: World, bot: BotProcess) -> None:
    """Install the app in the sandbox's Slack, and give the page its panel."""
    settings = load_settings(Need.CATALOG)
    commands = declared(settings.shipmate_commands)
    catalog = load(settings.catalog_path)
    slack = everything.slack
    slack.bot_url = bot.url
    slack.manifest = manifest(commands, extra=catalog.slash_commands, url=bot.url)
    slack.subcommands = [
        {"words": command.name, "usage": command.usage, "summary": command.summary}
        for command in commands
        if command.listed
    ]
    slack.subcommands += arguments(catalog)
    slack.panel = controls(everything, bot)
    if not any(app.rollback == "argo" for app in catalog.applications):
        everything.argocd.narrow()


def arguments(catalog: Catalog) -> list[dict[str, str]]:
    """What the page offers after a command of its own: the words that the catalog knows."""
    shown = [
        ("/deploy", each.name, "[tag] [service…]", f"Its cards are in {each.channel}")
        for each in catalog.environments
    ]
    shown += [
        ("/promote", f"{each.promotion.source} {each.name}", "[service…]", "The same images")
        for each in catalog.environments
        if each.promotion
    ]
    shown += [("/where", each.name, "", "What runs there") for each in catalog.environments]
    shown += [("/sync", "all", "--yes", "Every application, wave by wave")]
    shown += [("/sync", each.name, "", f"Wave {each.wave}") for each in catalog.categories]
    shown += [("/sync", app.name, "", app.description) for app in catalog.applications]
    keys = ("command", "words", "usage", "summary")
    return [dict(zip(keys, each, strict=True)) for each in shown]


def _welcome(url: str, bot: str, place: Path) -> str:
    lines: Mapping[str, str] = {
        "Open": url,
        "Try": "/deploy staging      (and watch the card in #deployments)",
        "Then": "/promote             (as developer; the approver approves in #production)",
        "Also": "/where   /sync infrastructure   /shipmate help",
        "Break things": "the Sandbox panel at the right of the page",
        "In a shell": f"export SHIPMATE_URL={bot}",
        "": "export SHIPMATE_TOKEN=…      (/shipmate login gives you one)",
        "Its log": str(place / "bot.log"),
    }
    return (
        "\n" + "\n".join(f"  {name and name + ':':14}{text}" for name, text in lines.items()) + "\n"
    )


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
