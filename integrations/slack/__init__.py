"""Slack's Web API, typed."""

from integrations.slack.client import Slack
from integrations.slack.errors import SlackRefused
from integrations.slack.model import (
    Conversation,
    Identity,
    Person,
    Posted,
    SlackMessage,
    SlackModal,
)

__all__ = [
    "Conversation",
    "Identity",
    "Person",
    "Posted",
    "Slack",
    "SlackMessage",
    "SlackModal",
    "SlackRefused",
]
