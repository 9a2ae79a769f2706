"""What the bot makes of a text before it replies: in which language, and whether to answer, suggest or hand over."""

from dataclasses import dataclass

from bot.errors import NluUnavailableError
from bot.languages import SOURCE, find_language
from bot.messages.content import Content
from bot.messages.conversation import ChatState, Decision, IncomingMessage, LanguageChoice, Parse
from bot.ports.nlu import Nlu
from bot.services.choosing_language import choose_language
from bot.services.deciding import CRISIS, Thresholds, decide_reply
from bot.services.searching_keywords import search_keywords
from bot.states import DecisionKind


@dataclass(frozen=True)
class Judgement:
    """What the bot makes of a text before it replies.

    Attributes:
        by_rule: whether words of acute danger decided, whatever the NLU made of the text.
    """

    choice: LanguageChoice
    decision: Decision
    parse: Parse
    by_rule: bool = False

    @property
    def language(self) -> str:
        """Return the tag of the reply's language; for an unsupported language the detected one."""
        if self.decision.kind is DecisionKind.UNSUPPORTED:
            return self.choice.unsupported or self.parse.language or SOURCE
        return self.choice.tag or SOURCE


async def judge(
    message: IncomingMessage, state: ChatState, content: Content, danger: str | None, nlu: Nlu, thresholds: Thresholds
) -> Judgement:
    """Return language and decision; when the NLU is away, titles and keywords are searched instead.

    `danger` is the language whose words of acute danger stand in the text: they decide, whatever the NLU says.
    """
    try:
        parse = await nlu.parse(message.text)
    except NluUnavailableError:
        parse = search_keywords(message.text, content)
    choice = choose_language(message, parse, state)
    if danger:
        return Judgement(_choose_crisis_language(danger, parse, choice), _decide_danger(parse), parse, by_rule=True)
    decision = decide_reply(parse, content, thresholds, state.turned_down)
    if decision.kind is DecisionKind.CRISIS:
        return Judgement(_choose_crisis_language(None, parse, choice), decision, parse)
    if choice.unsupported in content.unsupported or choice.tag is None:
        return Judgement(choice, Decision(DecisionKind.UNSUPPORTED, confidence=parse.language_probability), parse)
    return Judgement(choice, decision, parse)


def _choose_crisis_language(danger: str | None, parse: Parse, choice: LanguageChoice) -> LanguageChoice:
    detected = find_language(parse.language)
    return LanguageChoice((detected.tag if detected else None) or choice.tag or danger or SOURCE)


def _decide_danger(parse: Parse) -> Decision:
    chances = {ranked.intent: ranked.confidence for ranked in parse.ranking}
    return Decision(DecisionKind.CRISIS, (CRISIS,), max(chances.get(CRISIS, 0.0), 0.99))
