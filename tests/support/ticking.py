"""A clock that goes on by itself, as clocks do: what stands still hides what happens a moment later."""

from __future__ import annotations

from datetime import datetime

from watchword.testing import FakeClock


class Ticking(FakeClock):
    def now(self) -> datetime:
        self.pass_(microseconds=7)
        return super().now()
