"""A lock, as it is taken, announced, asked for, handed over and ended (pure)."""

from __future__ import annotations

from datetime import datetime

from bot.access import Actor
from bot.controls.state import Controls, Lock
from bot.deployments.gates.span import span
from bot.deployments.gates.wording import place
from bot.views.blocks import actions, button, code, confirm, context, escape, section, when
from bot.views.gates import lock_buttons
from bot.views.message import Block, Message
from bot.views.wording import count, listed, quoted, who


def taken(controls: Controls, lock: Lock, now: datetime, *, before: Lock | None) -> Message:
    """What the new owner is answered."""
    if before is not None and before.owner.subject == lock.owner.subject:
        said = f"You keep the lock of {escape(controls.scope)} until {when(lock.until)}."
    else:
        said = f"{_place(controls)} is locked for you until {when(lock.until)}"
        said += (
            f" ({span(now, lock.until)})." if before is None else f"; {who(before.owner)} is told."
        )
    small = f"Others' deployments and syncs are refused there. {code(f'/shipmate unlock {controls.scope}')} ends it."
    return Message(text=said, blocks=[section(f"🔒 {said}"), context(small)])


def asked(controls: Controls, lock: Lock, actor: Actor) -> Message:
    """What whoever asked is answered: their place among those who wait, or that they will hear."""
    if not controls.is_waiting(actor.subject):
        return _hoping(controls, lock)
    subjects = [each.subject for each in controls.asked]
    number = subjects.index(actor.subject) + 1
    turn = "You are next" if number == 1 else f"You are number {number}"
    said = (
        f"{who(lock.owner)} is told that you ask for the lock of {escape(controls.scope)}. {turn}: "
        f"you get it when it is handed over or released, at the latest {when(lock.until)}."
    )
    return Message(text=said, blocks=[section(f"✋ {said}")])


def _hoping(controls: Controls, lock: Lock) -> Message:
    scope = escape(controls.scope)
    said = (
        f"{who(lock.owner)} is told that you ask for the release of the lock of {scope}. You may "
        f"not hold it yourself: you are told here once it is released, at the latest "
        f"{when(lock.until)}."
    )
    return Message(text=said, blocks=[section(f"✋ {said}")])


def gone(controls: Controls) -> Message:
    """What whoever released or handed it over is answered."""
    if controls.lock is None:
        said = f"{_place(controls)} is not locked any more."
    else:
        said = f"{who(controls.lock.owner)} has the lock of {escape(controls.scope)} now."
    return Message(text=said, blocks=[section(f"🔓 {said}")])


def announcement(controls: Controls, lock: Lock) -> Message:
    """The one message of a lock in the channel, while somebody has it."""
    reason = f": {quoted(lock.reason)}" if lock.reason else ""
    head = f"{_place(controls)} is locked by {who(lock.owner)} until {when(lock.until)}"
    said = f"{head}{reason}."
    small = ["Others' deployments and syncs are refused there."]
    if controls.asked:
        waiting = listed([who(each) for each in controls.asked], 5)
        small.append(f"{count(len(controls.asked), 'waits', 'wait')} for it: {waiting}")
    if controls.hoping:
        hoping = listed([who(each) for each in controls.hoping], 5)
        small.append(f"{count(len(controls.hoping), 'asks', 'ask')} for its release: {hoping}")
    scope = controls.scope
    words = f"{scope} --of {lock.number}"
    row = lock_buttons(words, f"{place(scope)} is locked: {lock.reason or 'no reason given'}.")
    if controls.asked:
        first = controls.asked[0]
        give = f"Hand Over to {first.name or first.id}"
        row.append(button(give, "run:lock hand-over", f"{scope} {first.id}"))
    asked_first = confirm(
        "Release the lock?", f"{place(scope)} is open to everyone then.", "Unlock", "Keep It"
    )
    row.append(button("Unlock", "run:unlock", scope, confirm=asked_first))
    blocks: list[Block] = [
        section(f"🔒 *{head}*{reason}."),
        context(*small),
        actions(*row, block_id=f"lock:{scope}:{lock.number}"),
    ]
    return Message(text=said, blocks=blocks)


def over(controls: Controls, lock: Lock, how: str) -> Message:
    """The same message once somebody else, or nobody, has it; `how` is mrkdwn."""
    said = f"{_place(controls)} was locked by {who(lock.owner)}; {how}."
    return Message(text=said, blocks=[section(f"🔓 {said}")])


def reminder(controls: Controls, lock: Lock) -> Message:
    """To the owner, soon before the end."""
    extend = code(f"/shipmate lock {controls.scope} --for 1h")
    next_one = f" {who(controls.asked[0])} has it next." if controls.asked else ""
    return Message(
        text=f"{who(lock.owner)} your lock of {escape(controls.scope)} ends {when(lock.until)}."
        f"{next_one} {extend} keeps it longer."
    )


def asking(controls: Controls, lock: Lock, actor: Actor, *, may_hold: bool = True) -> Message:
    """To the owner: somebody asks for it, or for its release where they may not have it."""
    if not may_hold:
        return Message(
            text=f"{who(lock.owner)} {who(actor)} asks you to release the lock of "
            f"{escape(controls.scope)}; they may not hold it themselves. "
            f"{code(f'/shipmate unlock {controls.scope}')} releases it, and tells them."
        )
    return Message(
        text=f"{who(lock.owner)} {who(actor)} asks for the lock of {escape(controls.scope)}. "
        f"{code(f'/shipmate lock hand-over {controls.scope}')} gives it to them."
    )


def free(controls: Controls) -> Message:
    """To those who hoped for its release: nobody has it any more."""
    hoping = " ".join(who(each) for each in controls.hoping)
    return Message(
        text=f"{hoping} the lock of {escape(controls.scope)} is released: ask again for what it "
        "stopped."
    )


def passed_on(controls: Controls, before: Lock, lock: Lock, *, stolen: bool) -> Message:
    """To the old owner, and to the new one where they did not take it themselves."""
    scope = escape(controls.scope)
    if stolen:
        reason = f": {quoted(lock.reason)}" if lock.reason else ""
        return Message(
            text=f"{who(before.owner)} {who(lock.owner)} took the lock of {scope} from you{reason}."
        )
    return Message(
        text=f"{who(lock.owner)} the lock of {scope} is yours until {when(lock.until)}. "
        f"{code(f'/shipmate unlock {controls.scope}')} ends it."
    )


def _place(controls: Controls) -> str:
    return escape(place(controls.scope))
