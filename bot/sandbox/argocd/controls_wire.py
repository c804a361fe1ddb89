"""Ways to break the road to Argo CD: connections, answers, streams, tokens."""

from __future__ import annotations

from bot.sandbox.argocd.accounts import Account
from bot.sandbox.argocd.api.server import Server
from bot.sandbox.argocd.simulation import Simulation


class WireControls:
    """Troubles between a client and the API server."""

    server: Server
    simulation: Simulation

    def cut_off(self) -> None:
        """Every connection is dropped, open ones and new ones."""
        self.server.faults.down = True
        self.server.drop_connections()

    def restore(self) -> None:
        """Undo everything this class can break."""
        fresh = type(self.server.faults)()
        self.server.faults = fresh
        self.simulation.informer.paused = False
        self.simulation.informer.drops = 0
        self.server.accounts.accept_all()

    def answer_html(self, times: int = 1) -> None:
        """A proxy answers the next requests with its login page, status 200."""
        self.server.faults.html = times

    def rate_limit(self, times: int = 1, retry_after: float = 0.0) -> None:
        """The next requests get 429."""
        self.server.faults.limited = times
        self.server.faults.retry_after = retry_after

    def fail_requests(self, times: int = 1, status: int = 502) -> None:
        """The next requests get a plain-text server error."""
        self.server.faults.failing = times
        self.server.faults.failing_status = status

    def truncate_next(self, times: int = 1) -> None:
        """The next JSON answers end in the middle."""
        self.server.faults.truncated = times

    def lose_answer(self, kind: str, times: int = 1) -> None:
        """The next calls of this kind (see routes.py) are carried out, and cut unanswered."""
        self.server.faults.lost[kind] = times

    def never_answer(self, kind: str, times: int = 1) -> None:
        """The next calls of this kind hang and do nothing."""
        self.server.faults.silent[kind] = times

    def delay_answers(self, seconds: float) -> None:
        """Every answer takes so long, in seconds of the clock."""
        self.server.faults.latency = seconds

    def pause_streams(self, *, yes: bool = True) -> None:
        """Streams stay open, keep alive, and tell nothing; what is missed stays missed."""
        self.simulation.informer.paused = yes

    def drop_events(self, count: int) -> None:
        """The next `count` changes never reach any stream."""
        self.simulation.informer.drops = count

    def cut_streams(self) -> None:
        """Open streams end without an error frame, as behind a load balancer."""
        self.simulation.informer.end_streams()

    def expire_tokens(self) -> None:
        """Every token issued so far is expired; logging in gives new ones."""
        self.server.accounts.expire_all()

    def add_account(self, name: str) -> str:
        """One more account, which may do everything until it is denied; an API key of it."""
        accounts = self.server.accounts
        return accounts.issue(accounts.add(Account(name, api_key=True)), "apiKey")

    def deny(self, application: str, action: str = "get", account: str = "shipmate") -> None:
        """Take a right away; "get" makes the application invisible."""
        found = self.server.accounts.get(account)
        if found is None:
            raise KeyError(account)
        found.denied.add((action, application))

    def narrow(self, account: str = "shipmate") -> None:
        """Leave an account what deploying by commits needs: to read, to sync, to read logs."""
        for action in ("create", "update", "delete", "override"):
            self.deny("*", action, account)

    def allow_everything(self, account: str = "shipmate") -> None:
        """Give all rights back."""
        found = self.server.accounts.get(account)
        if found is not None:
            found.denied.clear()
