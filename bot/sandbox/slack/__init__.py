"""A Slack on loopback, as strict as Slack."""

from bot.sandbox.slack.delivery import Answer, Sent
from bot.sandbox.slack.model import Channel, Group, SlackMessage, User, View
from bot.sandbox.slack.panel import Control
from bot.sandbox.slack.patience import Patience
from bot.sandbox.slack.sandbox import SandboxSlack

__all__ = [
    "Answer",
    "Channel",
    "Control",
    "Group",
    "Patience",
    "SandboxSlack",
    "Sent",
    "SlackMessage",
    "User",
    "View",
]
