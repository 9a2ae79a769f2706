"""The states that rows of the database and decisions pass through."""

from enum import StrEnum


class DecisionKind(StrEnum):
    """What the bot does with a message."""

    ANSWER = "answer"
    SUGGEST = "suggest"
    HANDOVER = "handover"
    CONVERSATION = "conversation"
    CRISIS = "crisis"
    UNSUPPORTED = "unsupported"

    @property
    def at_once(self) -> bool:
        """Tell whether the bot replies with a topic of its own accord."""
        return self in {DecisionKind.ANSWER, DecisionKind.CONVERSATION, DecisionKind.CRISIS}


class JobState(StrEnum):
    """Where an inbox or outbox row stands.

    PARKED rows failed too often and wait for a person; nothing is ever dropped silently.
    """

    PENDING = "pending"
    DONE = "done"
    PARKED = "parked"


class ReviewStatus(StrEnum):
    """Where a question stands that volunteers may answer."""

    PENDING = "pending"
    CLAIMED = "claimed"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"


class AnswerState(StrEnum):
    """How far the staff stands behind an answer."""

    DRAFT = "draft"
    REVIEW = "review"
    PUBLIC = "public"


class TranslationState(StrEnum):
    """How a translation came about; OUTDATED is computed from the German prose, never stored."""

    MACHINE_DRAFT = "machine_draft"
    REVIEWED = "reviewed"
    OUTDATED = "outdated"


class Care(StrEnum):
    """Topics on which volunteers write no free text."""

    LEGAL = "legal"
    MEDICAL = "medical"
    VIOLENCE = "violence"


class Force(StrEnum):
    """Whether a rule is in force or still moving."""

    IN_FORCE = "in_force"
    OPEN = "open"


class Role(StrEnum):
    """What a person at the desk may do."""

    VOLUNTEER = "volunteer"
    TRANSLATOR = "translator"
    EDITOR = "editor"
    ADMIN = "admin"


class Resolution(StrEnum):
    """How a review item ended."""

    ANSWER = "answer"  # a volunteer's own words
    TOPIC = "topic"  # the answer of a topic
    REFERRAL = "referral"  # a place that helps
    NEW_TOPIC = "new_topic"  # a draft for the editors; the person gets a counselling place
    ESCALATED = "escalated"  # danger, a child, a threat: a fixed text at once, coordinators look
    UNCLEAR = "unclear"  # dismissed: the person is asked for other words
    WITHDRAWN = "withdrawn"  # the person took it back
    NOTED = "noted"  # an unhelpful answer that somebody looked at
    SPAM = "spam"  # dismissed without a word


class LinkPurpose(StrEnum):
    """What a one-use link is for."""

    INVITE = "invite"  # the first visit: choose a password, or connect a chat
    CONNECT = "connect"  # told to the bot, it connects a person's own chat
    SIGN_IN = "sign_in"


class RevisionState(StrEnum):
    """Where a proposed change of the content stands."""

    PROPOSED = "proposed"
    PUBLISHED = "published"
    REJECTED = "rejected"


class ItemKind(StrEnum):
    """Where a review item comes from."""

    QUESTION = "question"  # released by a person
    UNHELPFUL = "unhelpful"  # an answer that people marked as unhelpful: no text, no chat


class Group(StrEnum):
    """Groups of residence status, as far as rules differ between them."""

    TITLE = "title"
    TITLE_25_5 = "title_25_5"
    UKRAINE_24 = "ukraine_24"
    ASYLUM_PROCEDURE = "asylum_procedure"
    ASYLUM_SAFE_COUNTRY = "asylum_safe_country"
    TOLERATED = "tolerated"
    OBLIGED_TO_LEAVE = "obliged_to_leave"
    EU = "eu"
    SPAETAUSSIEDLER = "spaetaussiedler"
    SKILLED = "skilled"
    STUDENT = "student"
    MINOR_ALONE = "minor_alone"
    NONE = "none"
    UNKNOWN = "unknown"
