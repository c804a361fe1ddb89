"""The one path of every request from every door: find, parse, authorise, run, record."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

import structlog

from bot.access import Door, Need
from bot.answered import answered, is_told_by_its_deployment, must_be_kept_first
from bot.audit.answered import RequestAnswered
from bot.command import Command, Context, Reply
from bot.errors import NotAllowed, NotKnown, UsageError, UserError
from bot.filled import Filled
from bot.grammar import Words, brief, nearest, read
from bot.mending import mended
from bot.metrics import Metrics
from bot.redaction import may_hold_credentials, redacted
from bot.request import Answer, Found, Prepared, Request
from bot.views import refusals
from integrations.errors import UpstreamError

if TYPE_CHECKING:
    from bot.services import Services

log = structlog.get_logger(__name__)

_HELP = frozenset({"--help", "-h", "—help", "–help", "help", "?"})  # noqa: RUF001 -- as editors write it


class Dispatch:
    """Every method answers; none raises, whatever a command does."""

    def __init__(
        self,
        commands: Iterable[Command[Any]],
        services: Services,
        metrics: Metrics,
        reference: Callable[[], str] = lambda: secrets.token_hex(4),
    ) -> None:
        self._commands = {command.name: command for command in commands}
        self._listed = tuple(self._commands.values())
        self._services = services
        self._metrics = metrics
        self._reference = reference

    async def answer(self, request: Request) -> Answer:
        """The whole path, for a door that waits for the end of it."""
        found = self.find(request)
        if isinstance(found, Answer):
            return found
        prepared = self.prepare(found)
        return prepared if isinstance(prepared, Answer) else await self.run(prepared)

    def find(self, request: Request) -> Found | Answer:
        """The command that the first one or two words name."""
        began = perf_counter()
        words = request.text.split(maxsplit=2)
        two, one = " ".join(words[:2]).casefold(), words[0].casefold() if words else ""
        command = self._commands.get(two) if len(words) > 1 else None
        taken = 2
        if command is None:
            command, taken = self._commands.get(one or "help"), 1
        if command is None:
            return self._noted(
                self._failed(self._unknown(request.text, one), None, request, began), request
            )
        rest = request.text.split(maxsplit=taken)[taken:]
        found = Found(request, command, rest[0].strip() if rest else "", began)
        if found.rest.casefold() in _HELP and "help" in self._commands:
            return replace(found, command=self._commands["help"], rest=command.name)
        return found

    def prepare(self, found: Found) -> Prepared | Answer:
        """The words as the command's own arguments. No command sees a credential: what it is told
        it may post, commit and record.
        """
        command = found.command
        try:
            words = _without_credentials(read(found.rest, command.options))
            return Prepared(found, command.parse(words, self._services.catalog))
        except Exception as error:  # noqa: BLE001 -- the ladder sorts them
            self._offer_mended(error, found)
            return self._noted(self._failed(error, command, found.request, found.began), found)

    def _offer_mended(self, error: Exception, found: Found) -> None:
        """Where the words are wrong for want of quotes or dashes, the line to copy."""
        command = found.command
        line = mended(found.rest, command.options)
        if not line or "`" in line or not isinstance(error, (UsageError, NotKnown)):
            return
        try:
            command.parse(read(line, command.options), self._services.catalog)
        except Exception:  # noqa: BLE001 -- a line that fails, however it does, is not offered
            return
        if isinstance(error, NotKnown):
            error.near = ()
        whole = f"{typed_name(command)} {redacted(line)}"
        error.hint = " ".join(each for each in (error.hint, f"Did you mean `{whole}`?") if each)

    def is_known(self, request: Request) -> bool:
        """Whether the actor's memberships are at hand, so that nobody need be asked."""
        return self._services.membership.is_known(request.actor, request.channel)

    async def run(self, prepared: Prepared) -> Answer:
        """Authorise, then run. A refusal is in the record before it is told."""
        found = prepared.found
        request, command = found.request, found.command
        needs: tuple[Need, ...] = ()
        try:
            _check_door(request, command)
            needs = command.needs(prepared.arguments, self._services.catalog)
            await self._services.membership.authorise(request.actor, needs, request.channel)
            reply = await command.run(prepared.arguments, self._context(request))
        except Exception as error:  # noqa: BLE001 -- the ladder sorts them
            self._offer_mended(error, found)
            answer = self._failed(error, command, request, found.began)
            return await self._kept(answer, found, prepared.arguments, needs)
        self._told(command, request, "failed" if reply.failed else "ok", found.began)
        answer = Answer(reply)
        if is_told_by_its_deployment(request, answer):
            return answer
        return self._noted(answer, found, prepared.arguments, needs)

    async def form(self, found: Found) -> Answer:
        """The form that stands in for the command's words; `reply.modal` is set where it opens."""
        request, command = found.request, found.command
        if command.form is None or command.form.modal is None:
            refused = UsageError(f"“{command.name}” has no form.")
            return self._noted(self._failed(refused, command, request, found.began), found)
        try:
            await self._services.membership.authorise(request.actor, (), request.channel)
            modal = await command.form.modal(self._context(request))
        except Exception as error:  # noqa: BLE001 -- the ladder sorts them
            return await self._kept(self._failed(error, command, request, found.began), found)
        self._told(command, request, "form", found.began)
        return self._noted(Answer(Reply(refusals.nothing(), modal=modal)), found)

    def submitted(self, request: Request, name: str, values: Any) -> Found | Answer:
        """The request that a submitted form of the command `name` stands for."""
        began = perf_counter()
        command = self._commands.get(name)
        if command is None or command.form is None:
            return self._noted(
                self._failed(self._unknown(name, name), None, request, began), request
            )
        try:
            rest = command.form.words(Filled(values))
        except Exception as error:  # noqa: BLE001 -- the ladder sorts them
            return self._noted(self._failed(error, command, request, began), request)
        return Found(request, command, rest, began)

    def _context(self, request: Request) -> Context:
        return Context(
            actor=request.actor,
            services=self._services,
            request_key=request.key,
            channel=request.channel,
            channel_name=request.channel_name,
            commands=self._listed,
        )

    def _unknown(self, text: str, word: str) -> NotKnown:
        typed = {name: typed_name(each) for name, each in self._commands.items() if each.listed}
        words = " ".join(text.split()[:2])
        group = tuple(name for name in typed if name.startswith(f"{word} "))
        near = nearest(words, group) or group or nearest(words, typed) or nearest(word, typed)
        return NotKnown(
            f"There is no command “{brief(text)}”.",
            near=tuple(typed[name] for name in near),
            hint="All commands: /shipmate help",
        )

    def _failed(
        self, error: Exception, command: Command[Any] | None, request: Request, began: float
    ) -> Answer:
        """The one ladder: what the person can mend, what a system outside did, what is a bug."""
        while isinstance(error, ExceptionGroup):
            error = error.exceptions[0]
        reference = ""
        match error:
            case UserError():
                outcome = type(error).__name__
                message = refusals.refused(error, usage=usage_line(command) if command else "")
            case UpstreamError():
                outcome = f"{error.service}: {type(error).__name__}"
                self._services.reachability.heard(error)
                message = refusals.upstream_failed(error)
            case _:
                outcome, reference = "bug", self._reference()
                log.error("bug", reference=reference, exc_info=error)
                is_stuck = bool(self._services.store.failure)
                message = refusals.bug(reference, unrecorded=is_stuck)
        self._told(command, request, outcome, began)
        return Answer(Reply(message, failed=True), error, reference)

    def _noted(
        self,
        answer: Answer,
        asked: Found | Request,
        arguments: Any = None,
        needs: tuple[Need, ...] = (),
    ) -> Answer:
        """The answer, once its entry is on its way into the record."""
        self._services.audit.note(self._entry(answer, asked, arguments, needs))
        return answer

    async def _kept(
        self,
        answer: Answer,
        asked: Found,
        arguments: Any = None,
        needs: tuple[Need, ...] = (),
    ) -> Answer:
        """The answer, once its entry is as safe as it must be."""
        if not must_be_kept_first(answer):
            return self._noted(answer, asked, arguments, needs)
        await self._services.audit.keep(self._entry(answer, asked, arguments, needs))
        return answer

    def _entry(
        self, answer: Answer, asked: Found | Request, arguments: Any, needs: tuple[Need, ...]
    ) -> RequestAnswered:
        services = self._services
        found = asked if isinstance(asked, Found) else None
        request = asked.request if isinstance(asked, Found) else asked
        now = services.clock.now()
        return answered(
            request, answer, now, services.catalog, found=found, arguments=arguments, needs=needs
        )

    def _told(
        self, command: Command[Any] | None, request: Request, outcome: str, began: float
    ) -> None:
        name, seconds = command.name if command else "?", perf_counter() - began
        self._metrics.answered(name, request.actor.door, outcome, seconds)
        log.info(
            "command",
            command=name,
            actor=request.actor.subject,
            door=request.actor.door.value,
            outcome=outcome,
            ms=round(seconds * 1000, 1),
        )


def _without_credentials(words: Words) -> Words:
    """Each word by itself: what is taken out of one must not reach into the next."""
    if not may_hold_credentials("\n".join((*words.positional, *words.options.values()))):
        return words
    options = {name: redacted(value) for name, value in words.options.items()}
    return Words(tuple(map(redacted, words.positional)), options)


def _check_door(request: Request, command: Command[Any]) -> None:
    if request.actor.door not in command.doors:
        hint = "Ask for it in Slack." if Door.SLACK in command.doors else ""
        raise NotAllowed(f"“{command.name}” cannot be asked for this way.", hint=hint)


def usage_line(command: Command[Any]) -> str:
    """The command as it is typed in Slack: "/deploy <environment> …", "/shipmate app get …"."""
    return f"{typed_name(command)} {command.usage}".strip()


def typed_name(command: Command[Any]) -> str:
    """The command's name as it is typed in Slack."""
    return f"/{command.name}" if command.slash else f"/shipmate {command.name}"
