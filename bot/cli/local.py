"""The subcommands that run here, without a bot to ask: serve, demo, doctor, manifest, backup."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.cli.start import right
from bot.exits import Exit
from bot.needs import Need, load


def serve() -> int:
    """Run the bot until it is told to stop."""
    settings = right()
    from bot import app, logs, loop  # noqa: PLC0415 -- wrong settings are told before anything loads

    logs.configure(settings.shipmate_log)
    loop.run(app.serve(settings))
    return Exit.DONE


def demo(host: str, port: int | None, speed: float) -> int:
    """Run the bot against the sandbox, all on this machine."""
    from bot import logs, loop  # noqa: PLC0415
    from bot.sandbox import demo as sandbox  # noqa: PLC0415

    logs.configure(load(Need.LOG).shipmate_log)
    loop.run(sandbox.run(host=host, port=port, speed=speed))
    return Exit.DONE


def manifest(url: str, name: str) -> int:
    """Print the Slack app's manifest as JSON."""
    from bot.catalog import load as load_catalog  # noqa: PLC0415
    from bot.declared import declared  # noqa: PLC0415
    from bot.manifest import manifest as made  # noqa: PLC0415

    settings = load(Need.CATALOG)
    catalog = load_catalog(settings.catalog_path)
    commands = declared(settings.shipmate_commands)
    shown = made(commands, extra=catalog.slash_commands, url=url, name=name)
    sys.stdout.write(json.dumps(shown, indent=2, ensure_ascii=False) + "\n")
    return Exit.DONE


def backup(to: Path | None) -> int:
    """Copy the database into one file, checked, whether the bot runs or not."""
    from bot.store import BackupBroken, back_up  # noqa: PLC0415

    database = Path(load(Need.STORE).shipmate_database)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")  # a file's name, not domain time
    target = to or database.with_name(f"{database.stem}-{stamp}{database.suffix}")
    if not database.exists():
        sys.stderr.write(
            f"There is no database {database.resolve()}: SHIPMATE_DATABASE names it.\n"
        )
        return Exit.FAILED
    try:
        chain = back_up(database, target)
    except (OSError, sqlite3.Error, BackupBroken) as error:
        sys.stderr.write(f"{database} was not copied: {error}.\n")
        return Exit.FAILED
    sys.stdout.write(f"{target}: {chain.events} events, the record is whole.\n")
    return Exit.DONE


def doctor() -> int:
    """Check every setting, scope and permission against the real systems."""
    from bot.cli.report import report  # noqa: PLC0415

    return asyncio.run(report())


def login() -> int:
    """Say how a personal token is made."""
    sys.stdout.write(
        "A personal token comes from Slack, where it is known who you are:\n"
        "  1. Type /shipmate login in Slack. Only you see the answer.\n"
        "  2. export SHIPMATE_TOKEN=…  (and SHIPMATE_URL, where the bot is not on this machine)\n"
        "  3. shipmate whoami\n"
    )
    return Exit.DONE
