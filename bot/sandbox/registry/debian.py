"""Debian's own registry server (package docker-registry), run on loopback for the tests.

`scripts/registry.sh` brings it where it is not installed.
"""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from integrations.groups import TaskGroup

_CACHED = Path(__file__).parents[3] / ".cache/docker-registry/usr/bin/docker-registry"
_LISTENING = re.compile(rb"listening on ([\d.]+:\d+)")
_START_SECONDS = 30.0


def find() -> Path | None:
    """The server's program: the installed one, or the one that scripts/registry.sh brought."""
    installed = shutil.which("docker-registry")
    if installed:
        return Path(installed)
    return _CACHED if _CACHED.is_file() else None


@asynccontextmanager
async def running(
    program: Path, folder: Path, auth: Mapping[str, Mapping[str, str]] | None = None
) -> AsyncIterator[str]:
    """Run the server with its files in `folder`, on any port; gives its URL.

    `auth` is that part of its configuration, such as {"htpasswd": {"realm": …, "path": …}}:
    https://distribution.github.io/distribution/about/configuration/#auth. RuntimeError, with
    its log, if it does not start.
    """
    config = folder / "registry.json"  # JSON is YAML
    config.write_text(json.dumps(_configuration(folder, auth or {})))
    process = await asyncio.create_subprocess_exec(
        program,
        "serve",
        config,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env={},
    )
    if (log := process.stderr) is None:
        raise RuntimeError("asyncio made no pipe for the registry's log")
    try:
        address = await _address(log)
        async with TaskGroup() as tasks:
            # Nobody wants the rest of the log, but the server would wait for a full pipe.
            tasks.create_task(log.read(), name="registry log")
            yield f"http://{address}"
            process.terminate()
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _address(log: asyncio.StreamReader) -> str:
    """Where it listens, as soon as it says so."""
    said = []
    async with asyncio.timeout(_START_SECONDS):
        while line := await log.readline():
            said.append(line.decode(errors="replace"))
            if match := _LISTENING.search(line):
                return match[1].decode()
    raise RuntimeError(f"The registry did not start:\n{''.join(said)[-4000:]}")


def _configuration(folder: Path, auth: Mapping[str, Mapping[str, str]]) -> dict[str, object]:
    return {
        "version": "0.1",
        "log": {"level": "info", "accesslog": {"disabled": True}},
        "storage": {
            "filesystem": {"rootdirectory": str(folder / "images")},
            "delete": {"enabled": True},
            "maintenance": {"uploadpurging": {"enabled": False}},
        },
        "http": {"addr": "127.0.0.1:0", "secret": "of one server alone"},
        "auth": auth,
    }
