"""Sending a file in Slack's three steps: an address, the bytes, and whom it is for.

https://docs.slack.dev/messaging/working-with-files#upload
"""

from __future__ import annotations

from urllib.parse import urlsplit

import aiohttp

from integrations.errors import BadAnswer, Rejected
from integrations.slack import wire
from integrations.slack.errors import SERVICE, translate
from integrations.slack.transport import Transport

_TIMEOUT = aiohttp.ClientTimeout(total=60)


async def send_file(transport: Transport, user: str, name: str, content: bytes, said: str) -> None:
    """Send a file, which is not empty, to one person in a direct message; it is private until the
    last step. Raises UpstreamError; Forbidden where the token lacks `files:write`.
    """
    asked = await transport.form("files.getUploadURLExternal", filename=name, length=len(content))
    url, file_id = wire.read("files.getUploadURLExternal", asked, wire.upload)
    await _put(transport, url, content)
    await transport.act(
        "files.completeUploadExternal",
        files=[{"id": file_id, "title": name}],
        channels=user,
        initial_comment=said,
    )


async def _put(transport: Transport, url: str, content: bytes) -> None:
    if not _is_slacks(url, transport.api_url):
        raise Rejected(SERVICE, "the upload's address does not lead to Slack; nothing was sent.")
    try:
        async with transport.session.post(
            url, data=content, allow_redirects=False, proxy=transport.proxy, timeout=_TIMEOUT
        ) as response:
            status = response.status
    except Exception as error:  # noqa: BLE001 - translate knows them all
        raise translate("the upload", error) from None
    if status != 200:
        raise BadAnswer(SERVICE, f"the upload failed (HTTP {status}).")


def _is_slacks(url: str, api_url: str) -> bool:
    there, api = urlsplit(url), urlsplit(api_url)
    if (there.scheme, there.netloc) == (api.scheme, api.netloc):
        return True
    host = there.hostname or ""
    return there.scheme == "https" and host.endswith((".slack.com", ".slack-gov.com"))
