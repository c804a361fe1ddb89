"""What a command is: declared once; served as slash command, button, modal, CLI and help."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from bot.access import Actor, Door, Need
from bot.filled import Filled
from bot.views.message import Message, Modal

if TYPE_CHECKING:
    from bot.catalog import Catalog
    from bot.grammar import Words
    from bot.services import Services

A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class Option:
    """One `--option`. `value` is its metavar ("TEXT", "<n>"), or "" for a switch. `listed` is False
    for what only buttons and forms say, which help leaves out.
    """

    name: str
    summary: str
    value: str = ""
    listed: bool = True


@dataclass(frozen=True, slots=True)
class Context:
    """Who asks, from where, and the services that a command may use."""

    actor: Actor
    services: Services
    request_key: str  # the delivery's own id: the same key never starts anything twice
    channel: str = ""  # Slack channel id the request came from, "" outside Slack
    channel_name: str = ""
    commands: Sequence[Command[Any]] = ()  # everything that can be asked for, for help


@dataclass(frozen=True, slots=True)
class File:
    """A reply's document as a file. `said` introduces it; `told` is answered once it is sent."""

    name: str
    said: str
    told: Message


@dataclass(frozen=True, slots=True)
class Reply:
    """What a command answers. `follow` is the id of a deployment whose end is the answer's end.

    `modal` is opened instead of a message, at doors that have modals. `document` is what a shell
    gets, whole, in place of a message that can only show its beginning; with `file`, Slack's
    people get it as a file in a direct message, and `message` where that cannot be sent.
    """

    message: Message
    follow: str = ""
    modal: Modal | None = None
    failed: bool = False
    document: str = ""
    file: File | None = None


@dataclass(frozen=True, slots=True)
class Form(Generic[A]):
    """The modal that stands in for a command's words.

    `words` turns what was filled in back into the command line, so that a form enters the same path as typed words. `modal`
    is None where only the command's own answers open one.
    """

    modal: Callable[[Context], Awaitable[Modal]] | None
    words: Callable[[Filled], str]


@dataclass(frozen=True, slots=True)
class Command(Generic[A]):
    """One command.

    `name` is one or two words ("deploy", "app get"). `parse` is pure and raises UsageError or
    NotKnown. `needs` lists the permissions, asked before `run` and again at every act. `speed`
    quick: `run` only reads memory and appends, and is answered in Slack's ack; slow: the ack is
    immediate and the answer follows through response_url; `slow_when` makes a quick command slow
    for some arguments (a dry run reads Git and Argo CD). `slash` gives the command a Slack name
    of its own besides `/shipmate <name>`. `listed` is False for what only buttons ask. `alone`:
    `run` uses nothing but catalog, clock and Argo CD, so that a shell can do without the bot;
    `on_file`: nothing but catalog, clock, Git and the database's path.
    """

    name: str
    summary: str
    usage: str
    parse: Callable[[Words, Catalog], A]
    needs: Callable[[A, Catalog], tuple[Need, ...]]
    run: Callable[[A, Context], Awaitable[Reply]]
    options: tuple[Option, ...] = ()
    examples: tuple[str, ...] = ()
    speed: Literal["quick", "slow"] = "quick"
    slow_when: Callable[[A], bool] | None = None
    slash: bool = False
    alone: bool = False
    on_file: bool = False
    listed: bool = True
    form: Form[A] | None = None
    doors: frozenset[Door] = field(default_factory=lambda: frozenset({Door.SLACK, Door.API}))

    def is_slow(self, arguments: A) -> bool:
        """Whether these arguments are answered after the ack."""
        return self.speed == "slow" or (self.slow_when is not None and self.slow_when(arguments))
