"""What Slack's refusals of a message mean for its delivery (pure)."""

from __future__ import annotations

from enum import Enum, auto


class Meaning(Enum):
    """What is to be done about a refusal."""

    LAYOUT = auto()  # the text goes alone
    DELETED = auto()  # the message to update is gone
    THREAD = auto()  # the thread to reply to is gone, or locked
    CHANNEL = auto()  # nothing gets into this channel until a person changes something
    OTHER = auto()  # this message does not get through


_MEANINGS = {
    Meaning.LAYOUT: {
        "attachment_payload_limit_exceeded",
        "block_mismatch",
        "invalid_arguments",
        "invalid_blocks",
        "invalid_blocks_format",
        "markdown_text_conflict",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
        "too_many_attachments",
    },
    Meaning.DELETED: {"message_not_found"},
    Meaning.THREAD: {
        "cannot_reply_to_message",
        "restricted_action_thread_locked",
        "thread_not_found",
    },
    Meaning.CHANNEL: {
        "app_access_restricted",
        "channel_is_limited_access",
        "channel_not_found",
        "external_channel_migrating",
        "is_archived",
        "is_inactive",
        "messages_tab_disabled",
        "not_in_channel",
        "posting_to_channel_denied",
        "restricted_action",
        "restricted_action_non_threadable_channel",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "team_not_found",
    },
}

_BY_CODE = {code: meaning for meaning, codes in _MEANINGS.items() for code in codes}


def meaning(code: str) -> Meaning:
    """What one of Slack's error codes means for a message."""
    return _BY_CODE.get(code, Meaning.OTHER)
