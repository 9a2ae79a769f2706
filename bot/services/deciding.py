"""Step 5: what to do with a message. A pure function of the parse, the content and the thresholds."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.messages.content import Content
from bot.messages.conversation import Decision, Parse, Ranked
from bot.states import DecisionKind, Group

CRISIS = "crisis"
OUT_OF_SCOPE = "out_of_scope"
GROUP_ENTITY = "group"
MAX_SUGGESTIONS = 3
MIN_SUGGESTIONS = 2


@dataclass(frozen=True)
class Thresholds:
    """Probabilities from which on the bot dares something. Fitted on the development split (`bot fit`).

    Attributes:
        answer: a topic is answered at once.
        outside: the most that out_of_scope may have, that anything is answered at once: near misses share the words of
            a topic, so that the topic's own probability tells too little.
        answer_care: a topic marked `care` is answered at once.
        beside_care: the most that a topic marked `care` may have, that another topic is answered at once.
        conversation: small talk is answered.
        crisis: the emergency reply comes; low, since a needless one does little harm.
        suggest: the best topic is at least suggested.
        worth: a further topic is worth a button.
        two: the second topic of a message that asks two things, and
        both: the two topics of such a message together.
    """

    answer: float = 0.7
    outside: float = 0.05
    answer_care: float = 0.85
    beside_care: float = 0.15
    conversation: float = 0.6
    crisis: float = 0.6
    suggest: float = 0.15
    worth: float = 0.03
    two: float = 0.3
    both: float = 0.9


def decide_reply(
    parse: Parse, content: Content, thresholds: Thresholds, already_suggested: Collection[str] = ()
) -> Decision:
    """Return what to do: crisis before all else, then conversation, an answer, suggestions, or a handover.

    Topics that were suggested and turned down are not suggested again.
    """
    groups = find_groups(parse)
    if not parse.ranking:
        return Decision(DecisionKind.HANDOVER, groups=groups)
    chances = {ranked.intent: ranked.confidence for ranked in parse.ranking}
    best = parse.ranking[0]
    if chances.get(CRISIS, 0.0) >= thresholds.crisis:
        return Decision(DecisionKind.CRISIS, (CRISIS,), chances[CRISIS], groups)
    topics = [ranked for ranked in parse.ranking if _is_topic(ranked, content)]
    inside = chances.get(OUT_OF_SCOPE, 0.0) <= thresholds.outside
    talk = best.intent in content.conversation - {CRISIS, OUT_OF_SCOPE}
    if talk and inside and best.confidence >= thresholds.conversation:
        return Decision(DecisionKind.CONVERSATION, (best.intent,), best.confidence, groups)
    answered = _find_answered(topics, content, thresholds)
    if answered and inside and topics[0] == best:
        return Decision(DecisionKind.ANSWER, answered, best.confidence, groups)
    return _suggest(topics, thresholds, already_suggested, groups)


def find_groups(parse: Parse) -> tuple[Group, ...]:
    """Return the groups of residence status that the text names, in its order, without repetition."""
    known = set(Group)
    values = [entity.value for entity in parse.entities if entity.entity == GROUP_ENTITY and entity.value in known]
    return tuple(Group(value) for value in dict.fromkeys(values))


def find_nearest(parse: Parse, content: Content, thresholds: Thresholds) -> tuple[str, ...]:
    """Return the topics that came near a text, at most three, for the volunteers who read it."""
    near = [ranked for ranked in parse.ranking if _is_topic(ranked, content) and ranked.confidence >= thresholds.worth]
    return tuple(ranked.intent for ranked in near[:MAX_SUGGESTIONS])


def _suggest(
    topics: list[Ranked], thresholds: Thresholds, already: Collection[str], groups: tuple[Group, ...]
) -> Decision:
    fresh = [ranked for ranked in topics if ranked.intent not in already and ranked.confidence >= thresholds.worth]
    chosen = fresh[:MAX_SUGGESTIONS]
    if (
        len(chosen) < MIN_SUGGESTIONS
    ):  # a single suggestion is shown with the next best, so that there is something to choose
        chosen = [ranked for ranked in topics if ranked.intent not in already][:MIN_SUGGESTIONS]
    if len(chosen) < MIN_SUGGESTIONS or chosen[0].confidence < thresholds.suggest:
        return Decision(DecisionKind.HANDOVER, groups=groups)
    return Decision(DecisionKind.SUGGEST, tuple(ranked.intent for ranked in chosen), chosen[0].confidence, groups)


def _find_answered(topics: list[Ranked], content: Content, thresholds: Thresholds) -> tuple[str, ...]:
    """Return the topics to answer at once: one that is sure, or two that share the probability, or none."""
    best, second = (*topics, Ranked("", 0.0), Ranked("", 0.0))[:2]
    if second.confidence >= thresholds.two and best.confidence + second.confidence >= thresholds.both:
        return (best.intent, second.intent)
    if topics and best.confidence >= thresholds.answer and _is_sure_of_care(topics, content, thresholds):
        return (best.intent,)
    return ()


def _is_sure_of_care(topics: list[Ranked], content: Content, thresholds: Thresholds) -> bool:
    """Tell whether a topic of care is surely meant, or surely none."""
    best, *others = topics
    if content.topics[best.intent].care:
        return best.confidence >= thresholds.answer_care
    return all(o.confidence <= thresholds.beside_care for o in others if content.topics[o.intent].care)


def _is_topic(ranked: Ranked, content: Content) -> bool:
    return ranked.intent in content.topics and ranked.intent not in content.conversation
