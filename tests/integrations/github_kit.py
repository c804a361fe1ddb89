"""The sandbox's GitHub on loopback, and our client of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp.test_utils import TestServer

from bot.sandbox.github import SandboxGitHub
from integrations.clock import FastClock
from integrations.github import GitHub
from integrations.http import http_client

TOKEN = "ghp_sandbox"
PIPELINE = "ci-cd-pipeline.yml"


@asynccontextmanager
async def sandbox() -> AsyncIterator[SandboxGitHub]:
    github = SandboxGitHub(FastClock(50.0), token=TOKEN)
    async with TestServer(github.app()) as server:
        github.base_url = str(server.make_url("/")).rstrip("/")
        yield github


@asynccontextmanager
async def client(github: SandboxGitHub, token: str = TOKEN) -> AsyncIterator[GitHub]:
    async with http_client(github.base_url, timeout=5.0) as http:
        yield GitHub(http, github.name, token, github.clock)
