"""What can go wrong with Slack itself, on command."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Fault:
    """One way for the next `times` calls of `method` ("*" for any) to go wrong.

    Exactly one of `error` (a code), `status` (an HTTP status; with `retry_after` a 429) and
    `lose_answer` (do it, then cut the connection) is set.
    """

    method: str
    times: int
    error: str = ""
    status: int = 0
    retry_after: int = 0
    lose_answer: bool = False


class Faults:
    """The faults that are armed. Each is used up by the calls that it meets."""

    def __init__(self) -> None:
        self._armed: list[Fault] = []
        self.delay = 0.0
        self.is_cut = False

    def rate_limit(self, method: str = "*", times: int = 1, retry_after: int = 1) -> None:
        """Answer 429 with Retry-After."""
        self._armed.append(Fault(method, times, status=429, retry_after=retry_after))

    def fail(self, method: str, error: str | int, times: int = 1) -> None:
        """Answer `ok: false` with this code, or with this HTTP status; nothing is done."""
        if isinstance(error, int):
            self._armed.append(Fault(method, times, status=error))
        else:
            self._armed.append(Fault(method, times, error=error))

    def lose_answer(self, method: str, times: int = 1) -> None:
        """Do what is asked, then cut the connection instead of answering."""
        self._armed.append(Fault(method, times, lose_answer=True))

    def slow(self, seconds: float) -> None:
        """Answer every call so much later, on the sandbox's clock; 0 for at once."""
        self.delay = seconds

    def take(self, method: str) -> Fault | None:
        """The fault that this call meets, one use of it gone."""
        for fault in self._armed:
            if fault.method in ("*", method):
                fault.times -= 1
                if fault.times <= 0:
                    self._armed.remove(fault)
                return fault
        return None

    def forget(self) -> None:
        """Disarm everything."""
        self._armed.clear()
        self.delay = 0.0
