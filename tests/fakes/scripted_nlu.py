"""An NLU that says what a test tells it to, and can be switched off."""

from bot.errors import NluUnavailableError
from bot.messages.conversation import Entity, Parse, Ranked

RANKINGS = {
    "Wo kann ich Deutsch lernen?": ("de", 0.999, {"german_courses": 0.96, "first_steps": 0.02}),
    "Де можна вивчити німецьку?": ("uk", 0.999, {"german_courses": 0.97, "first_steps": 0.01}),
    "أين أجد طبيبا يتكلم العربية؟": ("ar", 0.999, {"find_doctor": 0.95, "find_flat": 0.02}),
    "Ich habe eine Duldung und suche einen Deutschkurs": ("de", 0.999, {"german_courses": 0.96}),
    "Hilfe bei Wohnung oder Arzt": ("de", 0.999, {"find_flat": 0.4, "find_doctor": 0.35, "first_steps": 0.2}),
    "Wie wird das Wetter morgen?": ("de", 0.999, {"out_of_scope": 0.97, "find_flat": 0.01, "find_doctor": 0.01}),
    "كيف يكون الطقس غدا؟ رقمي 0176 12345678": ("ar", 0.999, {"out_of_scope": 0.97, "find_flat": 0.01}),
    "Hallo": ("de", 0.8, {"greet": 0.95}),
    "Hola, busco un piso": ("es", 0.99, {"find_flat": 0.4}),
}
GROUPS = {"Ich habe eine Duldung und suche einen Deutschkurs": ("tolerated",)}


class ScriptedNlu:
    """Answers from RANKINGS; whatever is not there is out of scope, in German."""

    def __init__(self) -> None:
        self.away = False
        self.texts: list[str] = []

    async def parse(self, text: str) -> Parse:
        """Return what the script says."""
        self.texts.append(text)
        if self.away:
            raise NluUnavailableError("switched off by the test")
        language, probability, ranking = RANKINGS.get(text, ("de", 0.95, {"out_of_scope": 0.9}))
        ranked = tuple(Ranked(intent, chance) for intent, chance in ranking.items())
        return Parse(language, probability, ranked, tuple(Entity("group", value) for value in GROUPS.get(text, ())))
