"""Children are real Python programs; only the clock and the pauses between two lives are made up."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import psutil
import pytest

from bot.adapters import child_processes
from bot.adapters.child_processes import Child, Supervisor
from bot.errors import ChildDiedError, NluUnavailableError
from bot.settings import ROOT

FOR_EVER = "import time; time.sleep(600)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); {FOR_EVER}"
NOTING_SIGNALS = """
import pathlib, signal, sys
def note(number, frame):
    pathlib.Path(sys.argv[1]).write_text(signal.Signals(number).name)
    sys.exit(0)
for number in (signal.SIGTERM, signal.SIGINT):
    signal.signal(number, note)
print("listening", flush=True)
signal.pause()
"""


def python(name: str, code: str, *arguments: str, ready: Callable[[], Awaitable[None]] | None = None) -> Child:
    return Child(name, [sys.executable, "-I", "-S", "-c", code, *arguments], {}, ready=ready)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - another process has no event for us
            await asyncio.sleep(0.01)


def until_said(log: Path, text: str) -> Callable[[], Awaitable[None]]:
    return lambda: until(lambda: log.exists() and text in log.read_text())


class Time:
    """A clock that goes on by a step at each look, and pauses that only get noted.

    After `limit` pauses the next one lasts for ever.
    """

    def __init__(self, step: float, limit: int) -> None:
        self.now = 0.0
        self.step = step
        self.limit = limit
        self.pauses: list[float] = []
        self.over = asyncio.Event()

    def monotonic(self) -> float:
        self.now += self.step
        return self.now

    async def sleep(self, seconds: float) -> None:
        if len(self.pauses) == self.limit:
            self.over.set()
            await asyncio.Event().wait()
        self.pauses.append(seconds)
        self.now += seconds


async def collect_pauses(tmp_path: Path, time: Time) -> list[float]:
    supervisor = Supervisor([python("mayfly", "")], tmp_path, monotonic=time.monotonic, sleep=time.sleep)
    async with supervisor.running():
        await time.over.wait()
    return time.pauses


async def test_children_start_in_order_each_after_the_one_before_is_ready(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    writing = "import pathlib, sys, time; time.sleep(0.2); pathlib.Path(sys.argv[1]).touch(); time.sleep(600)"
    seen: list[bool] = []

    async def first_is_ready() -> None:
        seen.append(second.exists())
        await until(first.exists)
        seen.append(second.exists())

    children = [python("one", writing, str(first), ready=first_is_ready), python("two", writing, str(second))]
    async with Supervisor(children, tmp_path).running():
        await until(second.exists)
    assert seen == [False, False]


async def test_crash_loop_ends_it_all_with_the_name_and_the_last_line(tmp_path: Path) -> None:
    time = Time(step=0.1, limit=99)
    other = tmp_path / "signal"
    children = [
        python("steady", NOTING_SIGNALS, str(other), ready=until_said(tmp_path / "steady.log", "listening")),
        python("crasher", "import sys; print('first', flush=True); sys.exit('no such table')"),
    ]
    supervisor = Supervisor(children, tmp_path, monotonic=time.monotonic, sleep=time.sleep)
    with pytest.raises(ChildDiedError, match=r"^crasher died 5 times in a minute: no such table$"):
        await supervisor.run()
    assert time.pauses == [0.5, 1, 2, 4]
    assert other.read_text() == "SIGTERM"


async def test_crash_loop_cancels_the_block(tmp_path: Path) -> None:
    time = Time(step=0.1, limit=99)
    supervisor = Supervisor([python("crasher", "")], tmp_path, monotonic=time.monotonic, sleep=time.sleep)
    with pytest.raises(ChildDiedError, match="exit status 0"):
        async with supervisor.running():
            await asyncio.Event().wait()


async def test_error_in_the_block_comes_out_as_itself_and_ends_the_children(tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    child = python("worker", f"import os; print(os.getpid(), flush=True); {FOR_EVER}", ready=until_said(log, "\n"))
    with pytest.raises(NluUnavailableError, match="of the block"):
        async with Supervisor([child], tmp_path).running():
            raise NluUnavailableError("of the block")
    assert not psutil.pid_exists(int(log.read_text()))


async def test_line_without_end_does_not_stop_the_reading(tmp_path: Path) -> None:
    log = tmp_path / "long.log"
    code = f"print('x' * 200_000, flush=True); print('after', flush=True); {FOR_EVER}"
    async with Supervisor([python("long", code, ready=until_said(log, "after"))], tmp_path).running():
        pass
    assert log.read_text().replace("\n", "") == "x" * 200_000 + "after"


async def test_pauses_double_up_to_half_a_minute(tmp_path: Path) -> None:
    assert await collect_pauses(tmp_path, Time(step=20, limit=8)) == [0.5, 1, 2, 4, 8, 16, 30, 30]


async def test_pause_is_short_again_after_a_minute_of_life(tmp_path: Path) -> None:
    assert await collect_pauses(tmp_path, Time(step=61, limit=3)) == [0.5, 0.5, 0.5]


async def test_child_that_was_killed_is_started_again(tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    child = python("worker", f"import os; print(os.getpid(), flush=True); {FOR_EVER}")
    time = Time(step=0.1, limit=99)
    async with Supervisor([child], tmp_path, sleep=time.sleep).running():
        await until_said(log, "\n")()
        os.kill(int(log.read_text()), signal.SIGKILL)
        await until(lambda: len(log.read_text().split()) == 2)
    assert time.pauses == [0.5]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_signal_to_the_supervisor_ends_the_children_with_sigterm(tmp_path: Path, number: signal.Signals) -> None:
    noted = [tmp_path / "a.signal", tmp_path / "b.signal"]
    children = [
        python(path.stem, NOTING_SIGNALS, str(path), ready=until_said(tmp_path / f"{path.stem}.log", "listening"))
        for path in noted
    ]
    running = asyncio.create_task(Supervisor(children, tmp_path).run())
    await until_said(tmp_path / "b.log", "listening")()
    os.kill(os.getpid(), number)
    async with asyncio.timeout(5):
        await running
    assert [path.read_text() for path in noted] == ["SIGTERM", "SIGTERM"]


async def test_signal_during_the_start_ends_what_was_started(tmp_path: Path) -> None:
    never = asyncio.Event()
    child = python("slow", f"import os; print(os.getpid(), flush=True); {FOR_EVER}", ready=lambda: until(never.is_set))
    running = asyncio.create_task(Supervisor([child], tmp_path).run())
    await until_said(tmp_path / "slow.log", "\n")()
    os.kill(os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(5):
        await running
    assert not psutil.pid_exists(int((tmp_path / "slow.log").read_text()))


async def test_whole_group_ends_even_when_it_ignores_sigterm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_processes, "_SECONDS_TO_END", 0.2)
    code = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, "-I", "-S", "-c", {STUBBORN!r}])
print(child.pid, flush=True)
{STUBBORN}
"""
    log = tmp_path / "family.log"
    async with Supervisor([python("family", code)], tmp_path).running():
        await until(lambda: log.exists() and log.read_text().count("deaf") == 2)
    grandchild = int(next(word for word in log.read_text().split() if word.isdigit()))
    await until(
        lambda: not psutil.pid_exists(grandchild) or psutil.Process(grandchild).status() == psutil.STATUS_ZOMBIE
    )


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_children_die_with_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    supervisor = f"""
import asyncio, pathlib, sys
from bot.adapters.child_processes import Child, Supervisor
code = {f"import os; print(os.getpid(), flush=True); {STUBBORN}"!r}
children = [Child(name, [sys.executable, "-I", "-S", "-c", code], {{}}, show=True) for name in ("one", "two")]
asyncio.run(Supervisor(children, pathlib.Path({str(tmp_path)!r})).run())
"""
    command = [sys.executable, "-c", supervisor]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        words = [process.stdout.readline().strip() for _ in range(4)]
        children = [psutil.Process(int(word)) for word in words if word.isdigit()]
        process.kill()
        assert len(children) == 2
        _, alive = psutil.wait_procs(children, timeout=5)
        assert [child for child in alive if child.status() != psutil.STATUS_ZOMBIE] == []


async def test_child_that_is_not_ready_in_time_ends_it_all(tmp_path: Path) -> None:
    child = python("slow", FOR_EVER, ready=asyncio.Event().wait)  # type: ignore[arg-type]
    with pytest.raises(ChildDiedError, match=r"^slow was not ready within 0\.2 s$"):
        await Supervisor([child], tmp_path, ready_seconds=0.2).run()


async def test_child_that_cannot_become_ready_ends_it_all_with_the_reason(tmp_path: Path) -> None:
    async def refuse() -> None:
        raise NluUnavailableError("it has loaded no model")

    with pytest.raises(ChildDiedError, match=r"^nlu did not become ready: it has loaded no model$"):
        await Supervisor([python("nlu", FOR_EVER, ready=refuse)], tmp_path).run()


async def test_program_that_does_not_exist_is_named(tmp_path: Path) -> None:
    time = Time(step=0.1, limit=99)
    child = Child("ghost", ["/no/such/program"], {})
    with pytest.raises(ChildDiedError, match=r"ghost .*: /no/such/program cannot be started: No such file"):
        await Supervisor([child], tmp_path, monotonic=time.monotonic, sleep=time.sleep).run()


async def test_child_gets_its_environment_and_nothing_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123:planted")
    code = f"import json, os; print(json.dumps(dict(os.environ)), flush=True); {FOR_EVER}"
    child = Child("env", [sys.executable, "-I", "-S", "-c", code], {"ONE": "1"})
    async with Supervisor([child], tmp_path).running():
        await until_said(tmp_path / "env.log", "\n")()
    arrived = json.loads((tmp_path / "env.log").read_text())
    assert set(arrived) - {"LC_CTYPE"} == {"ONE"}  # LC_CTYPE is Python's own doing where no language is set


async def test_output_goes_to_the_log_and_if_wanted_to_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = f"print('token 123:secret'); print('no end', end='', flush=True); {FOR_EVER}"
    shown = Child("shown", [sys.executable, "-I", "-S", "-c", code], {}, show=True)
    async with Supervisor([shown, python("quiet", code)], tmp_path, hide=["123:secret"]).running():
        await until_said(tmp_path / "shown.log", "***")()
        await until_said(tmp_path / "quiet.log", "***")()
    assert (tmp_path / "quiet.log").read_text() == "token ***\nno end\n"
    assert (tmp_path / "quiet.log").stat().st_mode & 0o777 == 0o600
    assert capsys.readouterr().out == "token ***\nno end\n"


async def test_large_log_makes_room_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "old.log").write_bytes(b"x" * 5_000_001)
    async with Supervisor([python("old", f"print('new', flush=True); {FOR_EVER}")], tmp_path).running():
        await until_said(tmp_path / "old.log", "new")()
    assert (tmp_path / "old.log").read_text() == "new\n"
    assert (tmp_path / "old.log.1").stat().st_size == 5_000_001
