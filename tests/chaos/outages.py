"""The cases in which something around the bot is away, slow or repeats itself."""

import time

from tests.chaos.judging import Head
from tests.chaos.lab import Lab, Result
from tests.chaos.questions import Asked, Question
from tests.chaos.stage import Stage, Wave
from tests.chaos.waiting import ChaosError, wait_until

_LOCKED_SECONDS = 10.0
_NLU_AWAY_SECONDS = 3.0
_EMERGENCY = "112"
_CRISIS_SECONDS = 10.0
_DANGER = {"de": "Ich will mich umbringen", "uk": "Я хочу вбити себе", "ar": "أريد أن أقتل نفسي"}
_FIRST_DANGER_CHAT = 8001


def nlu_killed(lab: Lab) -> Result:
    """Kill -9 the Rasa server under load and start it again: keyword search answers meanwhile, nothing is lost."""
    result = lab.new_result("nlu_killed")
    asked = lab.deal()
    before, during, after = asked[:40], asked[40:70], asked[70:]
    with lab.stage() as stage:
        life = stage.bot.pid
        wave = stage.ask(before)
        stage.wait_until_sent(wave, 20)
        lab.nlu.kill()
        lab.say("the Rasa server is dead")
        _push_slowly(wave, during, 0.1)
        time.sleep(_NLU_AWAY_SECONDS)
        begun = time.time()
        lab.nlu.start()
        ready = time.time()
        lab.say(f"the Rasa server is back after {ready - begun:.1f} s")
        _push_slowly(wave, after, 0.3)  # longer than the bot's pause after failures
        stage.wait_until_idle(wave)
        result.add_round(lab.judge(wave))
        recovered = _find_recovery(lab, wave, ready)
        result.check(stage.bot.pid == life and stage.bot.alive, "the bot did not live through it")
    result.check(recovered is not None, "the bot never asked the NLU again")
    result.check(result.tally.noticed > 0, "nobody was told that the bot understands less")
    result.notes |= {
        "answered_with_notice": result.tally.noticed,
        "seconds_from_ready_to_recovery": None if recovered is None else round(recovered, 2),
    }
    result.check_nothing_lost()
    return result


def _push_slowly(wave: Wave, asked: list[Asked], pause: float) -> None:
    for one in asked:
        wave.push([one])
        time.sleep(pause)  # the pace of the load


def _find_recovery(lab: Lab, wave: Wave, ready: float) -> float | None:
    """Return the seconds from the server's readiness to the first answer without the notice."""
    heads: list[Head] = []
    for chat in {one.chat for one in wave.asked}:
        heads += lab.recogniser.read_replies([call for call in wave.sent if call.chat_id == chat])[0]
    times = [head.time - ready for head in heads if head.time > ready and not head.noticed]
    return min(times, default=None)


def database_locked(lab: Lab) -> Result:
    """Lock the database for ten seconds under load, with further questions coming in meanwhile."""
    result = lab.new_result("database_locked")
    asked = lab.deal()
    with lab.stage() as stage:
        life = stage.bot.pid
        wave = stage.ask(asked[:50])
        stage.wait_until_sent(wave, 20)
        with stage.database.locked():
            lab.say(f"locked after {len(wave.sent)} messages")
            wave.push(asked[50:])
            time.sleep(_LOCKED_SECONDS)  # the length of the lock is what is tried out
            under_lock = lab.judge(wave).right
        released = time.monotonic()
        backlog = stage.wait_until_idle(wave)
        result.add_round(lab.judge(wave), answered_until_release=under_lock, parked=backlog.parked)
        result.notes["seconds_from_release_to_done"] = round(time.monotonic() - released, 2)
        result.check(stage.bot.pid == life and stage.bot.alive, "the bot did not live through it")
    result.check(backlog.parked == 0, f"{backlog.parked} jobs parked")
    result.check(result.tally.duplicated == 0, f"{result.tally.duplicated} messages twice")
    result.check_nothing_lost()
    return result


def crisis_without_database_and_nlu(lab: Lab) -> Result:
    """Lock the database and kill the NLU: who is in danger gets the emergency reply all the same, and once."""
    result = lab.new_result("crisis_without_database_and_nlu")
    with lab.stage() as stage:
        lab.nlu.kill()
        for number, (language, text) in enumerate(_DANGER.items()):
            chat = _FIRST_DANGER_CHAT + number
            danger = Asked(chat, Question(text, "crisis", language))
            _ask_in_danger(lab, stage, result, f"first message, {language}", [], danger)
        ordinary = lab.deal(chats=1, per_chat=1)
        danger = Asked(_FIRST_DANGER_CHAT + 10, Question(_DANGER["de"], "crisis", "de"))
        _ask_in_danger(lab, stage, result, "after an ordinary question, de", ordinary, danger)
        first, second = (
            Asked(_FIRST_DANGER_CHAT + number, Question(_DANGER["de"], "crisis", "de")) for number in (20, 21)
        )
        _ask_in_danger(lab, stage, result, "after another person in danger, de", [first], second)
    return result


def _ask_in_danger(lab: Lab, stage: Stage, result: Result, name: str, before: list[Asked], danger: Asked) -> None:
    wave = stage.open_wave()
    with stage.database.locked():
        if before:
            wave.push(before)
            stage.wait_until_handed_out(wave)
        begun = time.time()
        wave.push([danger])
        try:
            wait_until(lambda: bool(_emergency_replies(wave, danger.chat)), _CRISIS_SECONDS, "the emergency reply")
            seconds = round(_emergency_replies(wave, danger.chat)[0] - begun, 3)
            told = f"after {seconds:.2f} s"
        except ChaosError as error:
            seconds, told = None, str(error)
    lab.say(f"{name}: {told}")
    result.notes[f"seconds, {name}"] = seconds
    result.check(seconds is not None, f"{name}: no emergency reply within {_CRISIS_SECONDS:g} s of the lock")
    stage.wait_until_idle(wave)
    came = len(_emergency_replies(wave, danger.chat))
    result.check(came == 1, f"{name}: {came} emergency replies in the end")
    replied = {call.chat_id for call in wave.sent}
    lost = sum(one.chat not in replied for one in wave.asked)
    result.rounds.append({"name": name, "seconds": seconds, "emergency_replies": came, "lost": lost})
    result.check(lost == 0, f"{name}: {lost} messages lost")


def _emergency_replies(wave: Wave, chat: int) -> list[float]:
    """Return when emergency replies came in a chat."""
    return [call.time for call in wave.sent if call.chat_id == chat and _EMERGENCY in str(call.params["text"])]


def replay(lab: Lab) -> Result:
    """Hand out every update twice, and a third time to a bot that was started anew: nothing changes any more."""
    result = lab.new_result("replay")
    with lab.stage() as stage:
        wave = stage.ask(lab.deal())
        stage.wait_until_idle(wave)
        state = stage.database.read_everything()
        _hand_out_again(lab, stage, wave, result, "while it runs")
        _compare(state, stage, result, "while it runs")
        stage.bot.kill()
        stage.start_bot()
        state = stage.database.read_everything()
        _hand_out_again(lab, stage, wave, result, "after a restart")
        _compare(state, stage, result, "after a restart")
        result.add_round(lab.judge(wave))
    result.check(result.tally.right == result.tally.asked, "not every question was answered right")
    result.check(result.tally.duplicated == 0, f"{result.tally.duplicated} messages twice")
    result.check_nothing_lost()
    return result


def _hand_out_again(lab: Lab, stage: Stage, wave: Wave, result: Result, when: str) -> None:
    sent, again = len(wave.sent), stage.open_wave()
    with stage.api.world.changed:
        again.updates = [stage.api.push(update) for update in wave.updates]
    stage.wait_until_handed_out(again)
    stage.wait_until_idle(again)
    more = len(wave.sent) - sent
    lab.say(f"{len(again.updates)} updates handed out again {when}: {more} messages")
    result.notes[f"messages {when}"] = more
    result.check(more == 0, f"{more} messages came to updates handed out again {when}")


def _compare(state: dict[str, list[tuple[object, ...]]], stage: Stage, result: Result, when: str) -> None:
    now = stage.database.read_everything()
    changed = [table for table, rows in state.items() if rows != now[table]]
    result.notes[f"tables changed {when}"] = changed
    result.check(not changed, f"{', '.join(changed)} changed when updates came again {when}")


def flood(lab: Lab) -> Result:
    """Refuse messages with 429: one per second and chat, thirty per second, and some for no reason at all."""
    result = lab.new_result("flood")
    with lab.stage() as stage:
        stage.api.fail_next("sendMessage", 429, retry_after=1, times=30)
        stage.api.set_flood_control()
        begun = time.monotonic()
        wave = stage.ask(lab.deal())
        lab.say("flood control is on: this takes some ten seconds")
        backlog = stage.wait_until_idle(wave)
        refused = [call for call in stage.api.calls("sendMessage") if call.status == 429]
        result.add_round(lab.judge(wave), refused=len(refused), parked=backlog.parked)
        result.notes |= {"refused_with_429": len(refused), "seconds": round(time.monotonic() - begun, 1)}
    result.check(result.tally.right == result.tally.asked, "not every question was answered right")
    result.check(result.tally.duplicated == 0, f"{result.tally.duplicated} messages twice")
    result.check_nothing_lost()
    return result
