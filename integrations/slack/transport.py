"""One HTTP session to Slack, and one call at a time through the SDK."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from integrations.errors import UpstreamError
from integrations.slack import wire
from integrations.slack.errors import translate
from integrations.slack.wire import Json

# The SDK writes every request and answer into the log of a logger whose own level is unset.
_quiet = logging.getLogger("integrations.slack.sdk")
_quiet.setLevel(logging.WARNING)


class Transport:
    """Opens its session with the first call, so it can be made before there is a loop.

    `timeout` is in real seconds and covers one whole exchange.
    """

    def __init__(self, token: str, api_url: str, timeout: float) -> None:
        self.api_url = api_url if api_url.endswith("/") else api_url + "/"
        self._token = token
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._session: aiohttp.ClientSession | None = None
        self._sdk: AsyncWebClient | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        """The one session."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout)
        return self._session

    @property
    def sdk(self) -> AsyncWebClient:
        """The SDK's client without any retries: a post must not be sent twice by itself."""
        if self._sdk is None:
            self._sdk = self._client()
        return self._sdk

    @property
    def proxy(self) -> str | None:
        """The proxy from the environment; none to this machine itself."""
        return self.sdk.proxy

    async def act(self, method: str, **arguments: Any) -> Json:
        """Call a method that changes something, as JSON. Raises UpstreamError."""
        return await self._call(method, json=arguments)

    async def form(self, method: str, **arguments: str | int) -> Json:
        """Call a method that takes no JSON. Raises UpstreamError."""
        return await self._call(method, data=arguments)

    async def ask(self, method: str, **arguments: str | int) -> Json:
        """Call a method that only reads. Raises UpstreamError, with `changed="no"`.

        With GET, so that aiohttp opens a new connection where a kept one was closed meanwhile.
        """
        try:
            return await self._call(method, http_verb="GET", params=arguments)
        except UpstreamError as error:
            error.changed = "no"
            raise

    async def ticket(self, app_token: str) -> Json:
        """The address of a socket, for an app-level token. Raises UpstreamError."""
        opened = {"http_verb": "POST", "params": {"token": app_token}}
        return await self._call("apps.connections.open", **opened)

    async def pages(self, method: str, **arguments: str | int) -> AsyncIterator[Json]:
        """All pages of a method that answers in pages; with a `cursor`, those behind it."""
        cursor = str(arguments.pop("cursor", ""))
        while True:
            page = await self.ask(method, **arguments, **({"cursor": cursor} if cursor else {}))
            yield page
            cursor = wire.cursor(page)
            if not cursor:
                return

    async def scopes(self) -> frozenset[str]:
        """What the X-OAuth-Scopes header of an answer lists. Raises UpstreamError."""
        try:
            response = await self.sdk.api_call("auth.test")
        except Exception as error:  # noqa: BLE001 - translate knows them all
            raise translate("auth.test", error) from None
        headers = {str(name).lower(): str(value) for name, value in response.headers.items()}
        words = headers.get("x-oauth-scopes", "").split(",")
        return frozenset(word.strip() for word in words if word.strip())

    async def close(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()

    async def _call(self, method: str, **body: Any) -> Json:
        try:
            response = await self.sdk.api_call(method, **body)
        except Exception as error:  # noqa: BLE001 - translate knows them all
            # The cause would carry addresses and bodies into logs.
            raise translate(method, error) from None
        answer: Json = response.data if isinstance(response.data, dict) else {}
        return answer

    def _client(self) -> AsyncWebClient:
        client = AsyncWebClient(
            token=self._token,
            base_url=self.api_url,
            session=self.session,
            logger=_quiet,
            retry_handlers=[],
        )
        if _is_here(urlsplit(self.api_url).hostname or ""):
            client.proxy = None
        return client


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
