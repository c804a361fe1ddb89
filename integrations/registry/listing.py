"""The list of a repository's tags, page by page (pure)."""

from __future__ import annotations

import json
from typing import Any

import httpx

from integrations.errors import BadAnswer
from integrations.registry.answer import Answer
from integrations.registry.errors import SERVICE


def tag_names(answer: Answer) -> list[str]:
    """The tags on one page; none at all may be written as null."""
    try:
        given: Any = json.loads(answer.content)
        listed = given["tags"] or []
    except (ValueError, LookupError, TypeError) as error:
        raise BadAnswer(SERVICE, "the list of tags is not one.") from error
    if not isinstance(listed, list):
        raise BadAnswer(SERVICE, "the list of tags is not one.")
    return [tag for tag in listed if isinstance(tag, str)]


def next_query(answer: Answer) -> str:
    """The query of the page that follows, or "" after the last one.

    Of the address in the Link header only the query is taken: whatever it says, the next page
    is asked for where this one was.
    """
    links = httpx.Response(200, headers=answer.headers).links
    url = links.get("next", {}).get("url", "")
    try:
        return httpx.URL(url).query.decode("ascii")
    except (httpx.InvalidURL, UnicodeDecodeError):
        return ""
