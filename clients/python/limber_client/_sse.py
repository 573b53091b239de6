"""Server-sent events, as far as ``limber serve`` uses them: one line of data each."""

from __future__ import annotations

import json
from typing import List, Optional, Sequence

from .types import Event


class Events:
    """Takes bytes as they come, gives whole events, and knows where to go on."""

    def __init__(self, execution: Optional[str], kinds: Optional[Sequence[str]], after: Optional[int]):
        self.last = after
        self.is_over = False
        self._execution = execution
        self._kinds = kinds
        self._rest = b""

    def begin(self) -> None:
        """A new connection: half an event of the last one is told again."""
        self._rest = b""

    def feed(self, chunk: bytes) -> List[Event]:
        """The events that are whole with these bytes and that are wanted."""
        *blocks, self._rest = (self._rest + chunk).split(b"\n\n")
        events: List[Event] = []
        for block in blocks:
            for line in block.split(b"\n"):
                if line.startswith(b"data: "):
                    events.append(json.loads(line[6:]))
        for event in events:
            self.last = event["sequence"]
            is_end = event["kind"] == "state" and event["data"].get("state") == "ended"
            self.is_over = self.is_over or (self._execution is not None and is_end)
        return [event for event in events if not self._kinds or event["kind"] in self._kinds]
