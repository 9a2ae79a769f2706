"""`python -m tests.chaos`: run the cases, print a table, write reports/chaos.json; status 1 when a case failed."""

import argparse
import sys
import time
from collections.abc import Callable, Sequence

from rich.console import Console

from bot.settings import ROOT
from tests.chaos.databases import KINDS, Databases
from tests.chaos.kills import kill_after_handout, kill_between_answer_and_send
from tests.chaos.lab import Lab, Result
from tests.chaos.machine import describe_machine
from tests.chaos.outages import crisis_without_database_and_nlu, database_locked, flood, nlu_killed, replay
from tests.chaos.preparing import make_speaker, prepared, seed_random
from tests.chaos.reporting import build_table, write_report
from tests.chaos.waiting import ChaosError

CASES: tuple[Callable[[Lab], Result], ...] = (
    kill_after_handout,
    kill_between_answer_and_send,
    nlu_killed,
    database_locked,
    crisis_without_database_and_nlu,
    replay,
    flood,
)
REPORT = ROOT / "reports" / "chaos.json"


def main() -> int:
    """Run what the arguments name."""
    options = _read_options()
    results: list[Result] = []
    with prepared(options.seed) as (nlu, pool, recogniser):
        for kind in options.database or KINDS:
            databases = Databases(kind)
            try:
                for case in _chosen(options.case):
                    say = make_speaker(f"{case.__name__} on {kind}")
                    lab = Lab(
                        databases, nlu, pool, recogniser, seed_random(options.seed), options.seed, options.rounds, say
                    )
                    results.append(_run_case(lab, case))
            finally:
                databases.close()
    write_report(REPORT, results, describe_machine(ROOT / "var"))
    Console(width=None if sys.stdout.isatty() else 160).print(build_table(results))
    return 1 if any(result.failures for result in results) else 0


def _read_options() -> argparse.Namespace:
    names = [case.__name__ for case in CASES]
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description="Fault tests of the whole bot")
    parser.add_argument("--rounds", type=int, default=20, help="how often the bot is killed in each of the kill cases")
    parser.add_argument("--database", action="append", choices=KINDS, help="only this one; both unless told")
    parser.add_argument("--seed", type=int, default=20261124, help="questions and moments follow from it")
    parser.add_argument("case", nargs="*", choices=[*names, []], help=f"only these: {', '.join(names)}")
    return parser.parse_args()


def _chosen(names: Sequence[str]) -> list[Callable[[Lab], Result]]:
    return [case for case in CASES if not names or case.__name__ in names]


def _run_case(lab: Lab, case: Callable[[Lab], Result]) -> Result:
    """Run a case; one that cannot be finished has failed, and the next one gets its turn."""
    lab.say("begins")
    begun = time.monotonic()
    try:
        result = case(lab)
    except (ChaosError, TimeoutError) as error:
        result = lab.new_result(case.__name__)
        result.failures.append(str(error))
    result.notes["case_seconds"] = round(time.monotonic() - begun)
    lab.say(f"{'FAILED: ' + '; '.join(result.failures) if result.failures else 'passed'}")
    return result


if __name__ == "__main__":
    sys.exit(main())
