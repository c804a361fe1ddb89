"""Whether a request may begin, as far as memory can tell."""

from __future__ import annotations

from bot.deployments.gates.entry import check_open
from tests.bot.deployments.histories import asked
from tests.bot.deployments.services import services


def test_where_nothing_is_shut_the_queue_is_not_gone_through_however_long_it_is() -> None:
    without_a_ledger = services()
    check_open(without_a_ledger, asked().deployment.request)
