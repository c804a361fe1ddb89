"""What shipmate knows for good: an append-only record, seen requests and small facts."""

from bot.store.backup import BackupBroken, back_up
from bot.store.chain import Chain, Fault
from bot.store.event import NewEvent, Recorded, VersionConflict
from bot.store.head import TRAILER, Head, head_text, read_head
from bot.store.lock import StoreLocked
from bot.store.reader import events
from bot.store.recording import EventStore
from bot.store.sqlite import Store, open_to_read, verify_file

__all__ = [
    "TRAILER",
    "BackupBroken",
    "Chain",
    "EventStore",
    "Fault",
    "Head",
    "NewEvent",
    "Recorded",
    "Store",
    "StoreLocked",
    "VersionConflict",
    "back_up",
    "events",
    "head_text",
    "open_to_read",
    "read_head",
    "verify_file",
]
