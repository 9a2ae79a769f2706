"""Errors of the product. Each message is one line that a person can act on."""


class BotError(Exception):
    """The root of all errors that this product raises on purpose."""


class SettingsError(BotError):
    """A setting is missing or has a value that cannot be used."""


class ContentError(BotError):
    """A file of content/ or a row of the database does not fit its format."""


class NotFoundError(BotError):
    """Something that was asked for by its key does not exist."""


class SignInError(BotError):
    """Somebody cannot be let in: a wrong password or code, a used link, a password that is too short."""


class ConflictError(BotError):
    """Somebody else changed the same thing in the meantime."""


class ReviewError(BotError):
    """A question cannot be resolved in this way."""


class NluUnavailableError(BotError):
    """The NLU server does not answer, answers too late, or answers nonsense."""


class ModelMissingError(BotError):
    """There is no trained model."""


class TrainingError(BotError):
    """Rasa could not train a model."""


class ChildDiedError(BotError):
    """A child process died too often, or did not become ready in time."""


class SendRefusedError(BotError):
    """Telegram refuses this very message for good: it is dropped and noted."""


class ChatGoneError(SendRefusedError):
    """The person blocked the bot or the chat no longer exists."""


class SendLaterError(BotError):
    """Telegram asks to wait.

    Attributes:
        seconds: how long, from now.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(f"asked to wait {seconds:g} s")
        self.seconds = seconds
