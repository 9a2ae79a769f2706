"""What all cases share, and what each of them brings back."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.chaos.children import NluServer
from tests.chaos.databases import Databases
from tests.chaos.judging import Recogniser, Tally, judge
from tests.chaos.questions import Asked, Pool, deal_questions
from tests.chaos.stage import Stage, Wave, open_stage

Say = Callable[[str], None]


@dataclass
class Result:
    """What came of a case.

    Attributes:
        notes: what the case measured beyond the counts, by name.
        failures: what must not happen and did; lost questions and broken order are always among them.
    """

    case: str
    database: str
    seed: int
    tally: Tally = field(default_factory=Tally)
    rounds: list[dict[str, Any]] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    def add_round(self, tally: Tally, **facts: Any) -> None:
        """Add a round to the counts."""
        self.tally += tally
        self.rounds.append({**facts, **asdict(tally)})

    def check(self, holds: bool, failure: str) -> None:  # noqa: FBT001 - reads like an assertion
        """Note a failure unless the condition holds."""
        if not holds:
            self.failures.append(failure)

    def check_nothing_lost(self) -> None:
        """Note what must never happen in any case."""
        self.check(self.tally.lost == 0, f"{self.tally.lost} questions lost")
        self.check(self.tally.out_of_order == 0, f"{self.tally.out_of_order} answers out of order")


@dataclass
class Lab:
    """What all cases share: one Rasa server, the questions, the random numbers and the way to say how it goes."""

    databases: Databases
    nlu: NluServer
    pool: Pool
    recogniser: Recogniser
    rng: random.Random
    seed: int
    rounds: int
    say: Say

    def new_result(self, case: str) -> Result:
        """Return an empty result."""
        return Result(case, self.databases.kind, self.seed)

    @contextmanager
    def stage(self) -> Iterator[Stage]:
        """Lend a stage with the bot waiting for updates."""
        self.nlu.start()
        with open_stage(self.databases, self.nlu) as stage:
            stage.start_bot()
            yield stage

    def deal(self, chats: int = 20, per_chat: int = 5) -> list[Asked]:
        """Return the questions of one round."""
        return deal_questions(self.pool, self.rng, chats, per_chat)

    def judge(self, wave: Wave) -> Tally:
        """Return what was answered."""
        return judge(wave.asked, wave.sent, self.recogniser)
