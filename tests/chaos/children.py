"""The two programs under test as child processes that can be killed: the bot and its Rasa server."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.adapters.child_processes import tie_to_parent
from bot.adapters.rasa_nlu import RasaNlu
from bot.adapters.rasa_process import get_model, nlu_command, nlu_environment, wait_until_ready
from bot.errors import NluUnavailableError
from bot.settings import ROOT, Settings, environment
from tests.chaos.waiting import ChaosError

_LOOPBACK = "127.0.0.1"
_SECONDS_TO_END = 20.0
_TAIL_LINES = 3
# The bot under test must not see what the developer has set for the real one.
_PASSED = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR")


class Program:
    """A program that is started, killed and started again; all its lives write into one log."""

    def __init__(self, command: Sequence[str], variables: Mapping[str, str], directory: Path, log: Path) -> None:
        self.log = log
        self._command = command
        self._variables = variables
        self._directory = directory
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Return the number of the running process."""
        if self._process is None:
            raise ChaosError(f"{self.log.stem} does not run")
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Tell whether it runs."""
        return self._process is not None and self._process.poll() is None

    def begin(self) -> None:
        """Start it, without waiting for anything."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                tie_to_parent(self._command),
                cwd=self._directory,
                env=dict(self._variables),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
            )

    def kill(self) -> None:
        """End it with SIGKILL, as the kernel does when memory is short."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it politely, and with force when that does not help."""
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        os.killpg(process.pid, number)
        try:
            process.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def require_alive(self) -> None:
        """Raise ChaosError with the last lines of the log when it is not running any more."""
        if not self.alive:
            lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-_TAIL_LINES:]
            raise ChaosError(f"{self.log.stem} died by itself: {' / '.join(lines)}")


class NluServer(Program):
    """The Rasa server with the live model, always at the same free port."""

    def __init__(self, settings: Settings, log: Path) -> None:
        self._model = get_model(settings)
        port = find_free_port()
        self.url = f"http://{_LOOPBACK}:{port}"
        command = nlu_command(settings, self._model, port)
        super().__init__(command, nlu_environment(environment()), self._model.parent, log)

    def start(self) -> float:
        """Start it and return the seconds until it was ready; nothing happens when it runs."""
        if self.alive:
            return 0.0
        begun = time.monotonic()
        self.begin()
        self.wait_until_ready()
        return time.monotonic() - begun

    def wait_until_ready(self) -> None:
        """Return when it parses; raises ChaosError."""
        try:
            asyncio.run(self._ask_until_ready())
        except NluUnavailableError as error:
            self.require_alive()
            raise ChaosError(f"{error} (see {self.log})") from None

    async def _ask_until_ready(self) -> None:
        nlu = RasaNlu(self.url, timeout=2.0)
        try:
            await wait_until_ready(nlu, self._model.name)
        finally:
            await nlu.close()


def bot_program(settings: Mapping[str, str], log: Path) -> Program:
    """Return `bot telegram` with these settings and no others."""
    inherited = {name: value for name, value in environment().items() if name in _PASSED}
    command = [sys.executable, "-m", "bot.cli", "telegram"]
    return Program(command, {**inherited, "PYTHONUNBUFFERED": "1", **settings}, ROOT, log)


def find_free_port() -> int:
    """Return a port of the loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind((_LOOPBACK, 0))
        return int(probe.getsockname()[1])
