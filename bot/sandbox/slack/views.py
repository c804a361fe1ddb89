"""The modals that people have open, and their home tabs."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

from bot.sandbox.slack.feed import Feed
from bot.sandbox.slack.model import Json, View
from bot.sandbox.slack.refusal import Refusal

STACK_LIMIT = 3  # views.push: "Currently the limit is 3" (push_limit_reached)


class Views:
    """One stack of modals and one home tab per person."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._numbers = count(1)
        self._stacks: dict[str, list[View]] = {}
        self._homes: dict[str, View] = {}

    def open(self, user: str, content: Json) -> View:
        """A new modal, in the place of any that was open."""
        view = self._new(user, content)
        self._stacks[user] = [view]
        self._feed.publish("view", view, user)
        return view

    def push(self, user: str, content: Json) -> View:
        """A modal on top of the one that is open. Raises Refusal."""
        stack = self._stacks.get(user, [])
        if not stack:
            raise Refusal("not_found")
        if len(stack) >= STACK_LIMIT:
            raise Refusal("push_limit_reached")
        view = self._new(user, content)
        view = replace(view, root_view_id=stack[0].id, previous_view_id=stack[-1].id)
        stack.append(view)
        self._feed.publish("view", view, user)
        return view

    def update(self, view: View, content: Json, seen: str = "") -> View:
        """New content for an open view or a home tab. Raises Refusal where it is not as `seen`.

        `seen` is the hash of the view that the app knows, "" where it does not care.
        """
        if seen and seen != view.hash:
            raise Refusal("hash_conflict")
        after = replace(view, content=content, type=content["type"], hash=self._hash())
        if view.type == "home":
            self._homes[view.user] = after
        else:
            stack = self._stacks[view.user]
            stack[[one.id for one in stack].index(view.id)] = after
        self._feed.publish("view", after, view.user)
        return after

    def publish(self, user: str, content: Json, seen: str = "") -> View:
        """The home tab of `user`."""
        if user in self._homes:
            return self.update(self._homes[user], content, seen)
        view = self._new(user, content)
        self._homes[user] = view
        self._feed.publish("view", view, user)
        return view

    def remember(self, view: View, values: Json) -> View:
        """Keep what the person has filled in so far; nothing is shown anew."""
        after = replace(view, values=values)
        stack = self._stacks.get(view.user, [])
        if view in stack:
            stack[stack.index(view)] = after
        return after

    def close(self, user: str, *, everything: bool = False) -> None:
        """Take away the top modal, or the whole stack."""
        stack = self._stacks.get(user, [])
        gone = stack[:] if everything else stack[-1:]
        del stack[len(stack) - len(gone) :]
        for view in reversed(gone):
            self._feed.publish("view_closed", {"view_id": view.id}, user)
        if stack:
            self._feed.publish("view", stack[-1], user)

    def top(self, user: str) -> View | None:
        """The modal that `user` sees."""
        stack = self._stacks.get(user, [])
        return stack[-1] if stack else None

    def home(self, user: str) -> View | None:
        """The home tab of `user`, once published."""
        return self._homes.get(user)

    def find(self, view_id: str = "", external_id: str = "") -> View | None:
        """The open view or home tab with this id, or this external id."""
        everywhere = [view for stack in self._stacks.values() for view in stack]
        for view in [*everywhere, *self._homes.values()]:
            if view_id and view.id == view_id:
                return view
            if external_id and view.content.get("external_id") == external_id:
                return view
        return None

    def _new(self, user: str, content: Json) -> View:
        external = content.get("external_id", "")
        if external and self.find(external_id=external):
            raise Refusal("duplicate_external_id")
        name = f"V{next(self._numbers):08d}"
        return View(name, user, content["type"], content, self._hash(), root_view_id=name)

    def _hash(self) -> str:
        return f"{next(self._numbers)}.{next(self._numbers):08x}"
