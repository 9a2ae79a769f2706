"""The cases in which the bot is killed."""

import time
from typing import Any

from bot.telegram.pump import WORKERS
from tests.chaos.judging import Tally
from tests.chaos.lab import Lab, Result
from tests.chaos.stage import Stage, Wave
from tests.chaos.waiting import wait_until

_HELD = "sendMessage"
# Beyond these the last answers may all be out before the hold takes hold.
_LATEST_HOLD = 0.6


def kill_after_handout(lab: Lab) -> Result:
    """Kill -9 at a random moment between the hand-out of 100 questions and the last answer."""
    result = lab.new_result("kill_after_handout")
    with lab.stage() as stage:
        window = _measure_window(lab, stage, result)
        inside = 0
        for moment in _spread_moments(lab, window):
            facts = _kill_round(lab, stage, moment, result)
            inside += facts["inside"]
            lab.say(f"{inside}/{lab.rounds}: {_tell_kill(facts)}; {_tell(result.rounds[-1])}")
            if inside == lab.rounds:
                break
    result.notes |= {"window_seconds": round(window, 2), "fired_inside": inside, "fired": len(result.rounds)}
    result.check(inside == lab.rounds, f"only {inside} of {lab.rounds} kills fired inside the window")
    result.check_nothing_lost()
    return result


def _measure_window(lab: Lab, stage: Stage, result: Result) -> float:
    """Return the seconds from the hand-out to the last message, nobody disturbing."""
    wave = stage.ask(lab.deal())
    begun = time.time()
    stage.wait_until_idle(wave)
    tally, window = lab.judge(wave), max(call.time for call in wave.sent) - begun
    lab.say(f"undisturbed: {window:.2f} s from the hand-out to the last message; {_tell(tally.__dict__)}")
    result.notes["undisturbed"] = tally.__dict__
    result.check(tally.right == tally.asked and not tally.duplicated, f"undisturbed, yet {_tell(tally.__dict__)}")
    return window


def _spread_moments(lab: Lab, window: float) -> list[float]:
    """Return one random moment in each slice of the window, and as many early ones in case some come too late."""
    slices = [(number + lab.rng.random()) / lab.rounds * window for number in range(lab.rounds)]
    lab.rng.shuffle(slices)
    return slices + [lab.rng.random() * window / 2 for _ in range(lab.rounds)]


def _kill_round(lab: Lab, stage: Stage, moment: float, result: Result) -> dict[str, Any]:
    wave = stage.ask(lab.deal())
    time.sleep(moment)  # the moment of the kill is what is tried out
    stage.bot.kill()
    facts = {"moment": round(moment, 3), **_look_at_the_dead(lab, stage, wave)}
    _finish_round(lab, stage, wave, result, facts)
    return facts


def _look_at_the_dead(lab: Lab, stage: Stage, wave: Wave) -> dict[str, Any]:
    """Return how far the bot had come: proof that the kill fired while there was work."""
    backlog = stage.database.count_backlog()
    answered = lab.judge(wave).right
    unfinished = answered < len(wave.asked) or not wave.confirmed or not backlog.empty
    return {
        "inside": unfinished,
        "answered_before": answered,
        "confirmed_before": wave.confirmed,
        "left_in_inbox": backlog.inbox,
        "left_in_outbox": backlog.outbox,
    }


def _finish_round(lab: Lab, stage: Stage, wave: Wave, result: Result, facts: dict[str, Any]) -> None:
    begun = time.monotonic()
    stage.start_bot()
    backlog = stage.wait_until_idle(wave)
    tally = lab.judge(wave)
    result.add_round(tally, **facts, parked=backlog.parked, recovered_seconds=round(time.monotonic() - begun, 2))
    result.check(backlog.parked == 0, f"{backlog.parked} jobs parked")
    result.check(tally.wrong == 0, f"{tally.wrong} wrong answers in round {len(result.rounds)}")


def kill_between_answer_and_send(lab: Lab) -> Result:
    """Kill -9 while sendMessage hangs: the answers stand in the outbox. Telegram has carried out the call, or not.

    In even rounds the call that hangs is carried out though nobody hears of it, so that the same message comes
    again: nobody can tell these apart. In odd rounds it is not, and nothing may come twice.
    """
    result = lab.new_result("kill_between_answer_and_send")
    carried_out, cut = Tally(), Tally()
    with lab.stage() as stage:
        for number in range(lab.rounds):
            heard = number % 2 == 0
            facts = _hold_round(lab, stage, number / lab.rounds * _LATEST_HOLD, result, heard=heard)
            tally = Tally(**{name: result.rounds[-1][name] for name in Tally().__dict__})
            carried_out, cut = (carried_out + tally, cut) if heard else (carried_out, cut + tally)
            lab.say(f"{number + 1}/{lab.rounds}: {_tell_kill(facts)}; {_tell(result.rounds[-1])}")
    result.notes |= {"duplicated_when_carried_out": carried_out.duplicated, "duplicated_when_cut": cut.duplicated}
    result.check(cut.duplicated == 0, f"{cut.duplicated} messages twice though the first was never carried out")
    result.check_nothing_lost()
    return result


def _hold_round(lab: Lab, stage: Stage, share: float, result: Result, *, heard: bool) -> dict[str, Any]:
    asked = lab.deal()
    wave = stage.open_wave()
    if share == 0:
        stage.api.hold(_HELD)
    wave.push(asked)
    stage.wait_until_handed_out(wave)
    stage.wait_until_sent(wave, int(share * len(asked)))
    stage.api.hold(_HELD)
    stage.api.wait_until_held(_HELD, 1, timeout=10)
    # What was carried out just before is recorded first: else it comes again, rightly, and blurs what is shown here.
    wait_until(lambda: _count_hanging(stage) >= min(WORKERS, stage.database.count_waiting_chats()), 10, "all to hang")
    stage.bot.kill()
    facts = {"carried_out": heard, "hanging": _count_hanging(stage), **_look_at_the_dead(lab, stage, wave)}
    result.check(facts["left_in_outbox"] > 0, "the kill came too late: nothing was left in the outbox")
    _let_go(stage, heard=heard)
    _finish_round(lab, stage, wave, result, facts)
    return facts


def _count_hanging(stage: Stage) -> int:
    with stage.api.world.changed:
        return len(stage.api.world.faults.held)


def _let_go(stage: Stage, *, heard: bool) -> None:
    """Let the hanging calls be carried out, or not."""
    if not heard:
        with stage.api.world.changed:
            stage.api.world.faults.held_methods.discard(_HELD)
            stage.api.world.faults.cut_held()
    stage.api.release(_HELD)


def _tell_kill(facts: dict[str, Any]) -> str:
    when = f"killed {facts['moment']:.2f} s after the hand-out" if "moment" in facts else f"killed in {_HELD}"
    left = f"{facts['left_in_inbox']} in the inbox, {facts['left_in_outbox']} in the outbox"
    return f"{when}, {facts['answered_before']} answered, {left}"


def _tell(counts: dict[str, Any]) -> str:
    names = ("right", "wrong", "duplicated", "lost", "out_of_order")
    return ", ".join(f"{counts[name]} {name.replace('_', ' ')}" for name in names)
