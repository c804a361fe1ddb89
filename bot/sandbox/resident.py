"""The real bot as a process of its own, on the sandbox's clock; started by process.py."""

from __future__ import annotations

import sys

from bot import app, logs, loop
from bot.needs import EVERYTHING, load
from integrations.clock import FastClock, SystemClock


def main(speed: float, epoch: float) -> None:
    """Serve until SIGTERM, with the settings of the environment."""
    settings = load(*EVERYTHING)
    logs.configure(settings.shipmate_log)
    clock = SystemClock() if speed == 1 else FastClock(speed, epoch)
    loop.run(app.serve(settings, clock))


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]))
