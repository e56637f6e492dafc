# SPDX-License-Identifier: AGPL-3.0-or-later
"""The loop that drains the outbox and runs schedules: a thread of `civic serve`, or a process of its own (`civic worker`)."""

import logging
from threading import Event, Thread
from typing import Any

from flask import Flask

from civic.events.outbox import outbox_filled
from civic.jobs.outbox import BATCH, drain
from civic.jobs.schedules import run_due

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 2.0
"""How often the database is looked at when nothing woke the loop."""


class Runner:
    """Drains until told to stop; woken after each commit of its own process."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._wake = Event()
        self._stop = Event()

    def run(self) -> None:
        """Loop until `stop()`. Whatever goes wrong in a turn (the database is away) is logged and tried again."""
        outbox_filled.connect(self._woken)
        try:
            while not self._stop.is_set():
                self._wake.clear()
                if not self._turn():
                    self._wake.wait(SWEEP_SECONDS)
        finally:
            outbox_filled.disconnect(self._woken)

    def _turn(self) -> bool:
        """One turn; True when more may be waiting already."""
        try:
            run_due(self.app)
            return drain(self.app) >= BATCH or self._wake.is_set()
        except Exception:
            logger.exception("a turn of the runner failed; trying again in %s s", SWEEP_SECONDS)
            return False

    def start(self) -> Thread:
        """Run in a thread that ends with the process."""
        thread = Thread(target=self.run, name="civic-runner", daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """End after the present turn."""
        self._stop.set()
        self._wake.set()

    def _woken(self, sender: Any, **extra: Any) -> None:
        """Something was put in the outbox by this process."""
        self._wake.set()
