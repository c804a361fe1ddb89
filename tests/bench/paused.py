"""The real bot with its controller paused: it takes every request and works on none."""

from __future__ import annotations

import asyncio
import signal

from bot import logs, loop
from bot.app import Bot, tune_garbage_collection
from bot.needs import EVERYTHING, load


async def _serve() -> None:
    settings = load(*EVERYTHING)
    logs.configure(settings.shipmate_log)
    bot = Bot(settings, drive=False)
    tune_garbage_collection()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, bot.stop)
    await bot.run()


if __name__ == "__main__":
    loop.run(_serve())
