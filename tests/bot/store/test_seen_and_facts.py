"""Seen requests and small facts: kept for as long as they were promised."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.store import NewEvent, Store
from integrations.clock import FastClock, SystemClock


async def test_a_request_is_new_once(store: Store) -> None:
    assert store.remember("Ev01", 60)
    assert not store.remember("Ev01", 60)
    assert store.remember("Ev02", 60)


async def test_what_was_seen_before_a_restart_stays_seen(database: Path) -> None:
    first = Store.open(database, SystemClock())
    assert first.remember("Ev01", 60)
    await first.close()

    second = Store.open(database, SystemClock())
    assert not second.remember("Ev01", 60)
    assert second.remember("Ev02", 60)
    await second.close()


async def test_an_expired_key_is_new_again(database: Path) -> None:
    clock = FastClock(10_000)
    store = Store.open(database, clock)
    assert store.remember("Ev01", 60)
    await clock.sleep(61)
    assert store.remember("Ev01", 60)
    await store.close()


async def test_expired_keys_and_facts_leave_the_disk(database: Path) -> None:
    clock = FastClock(10_000)
    store = Store.open(database, clock)
    store.remember("old", 60)
    await store.put("cursor", "old", 1, clock.now() + timedelta(seconds=60))
    await store.put("cursor", "kept", 2)
    await clock.sleep(700)
    store.remember("new", 6000)
    await store.append("any", 0, [NewEvent("Happened", {})])

    assert store._writing.execute("SELECT key FROM seen").fetchall() == [("new",)]
    assert store._writing.execute("SELECT key FROM facts").fetchall() == [("kept",)]
    await store.close()


async def test_a_fact_is_replaced_listed_and_dropped(store: Store) -> None:
    await store.put("token", "dana", {"digest": "a"})
    await store.put("token", "dana", {"digest": "b"})
    await store.put("token", "amir", None)

    assert await store.get("token", "dana") == {"digest": "b"}
    assert await store.facts("token") == {"dana": {"digest": "b"}, "amir": None}
    await store.drop("token", "dana")
    assert await store.get("token", "dana") is None


async def test_a_fact_ends_when_it_was_said_to(database: Path) -> None:
    clock = FastClock(10_000)
    store = Store.open(database, clock)
    await store.put("token", "dana", "secret", clock.now() + timedelta(hours=1))
    assert await store.get("token", "dana") == "secret"
    await clock.sleep(3601)
    assert await store.get("token", "dana") is None
    assert await store.facts("token") == {}
    await store.close()


async def test_an_unhurried_write_is_durable_before_any_later_append(
    store: Store, database: Path
) -> None:
    store.put_soon("outbox", "card/1", {"n": 1})
    store.put_soon("outbox", "card/1", {"n": 2})
    await store.append("any", 0, [NewEvent("Happened", {})])
    assert await store.get("outbox", "card/1") == {"n": 2}


async def test_an_unhurried_write_is_durable_after_a_close(database: Path) -> None:
    store = Store.open(database, SystemClock())
    store.put_soon("outbox", "card/1", {"n": 1})
    await store.close()

    again = Store.open(database, SystemClock())
    assert await again.get("outbox", "card/1") == {"n": 1}
    await again.close()
