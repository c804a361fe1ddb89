"""The Web API methods that the sandbox serves, by name."""

from __future__ import annotations

from bot.sandbox.slack.methods.auth import AUTH
from bot.sandbox.slack.methods.chat import CHAT
from bot.sandbox.slack.methods.conversations import CONVERSATIONS
from bot.sandbox.slack.methods.files import FILES
from bot.sandbox.slack.methods.history import HISTORY
from bot.sandbox.slack.methods.method import Method
from bot.sandbox.slack.methods.reactions import REACTIONS
from bot.sandbox.slack.methods.usergroups import USERGROUPS
from bot.sandbox.slack.methods.users import USERS
from bot.sandbox.slack.methods.views import VIEWS

METHODS: dict[str, Method] = {
    one.name: one
    for one in (
        *AUTH,
        *CHAT,
        *CONVERSATIONS,
        *FILES,
        *HISTORY,
        *REACTIONS,
        *USERGROUPS,
        *USERS,
        *VIEWS,
    )
}
