"""Puts questions that are like one another together, as each comes in."""

from collections.abc import Callable, Sequence

from rapidfuzz import fuzz
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import ReviewItem
from bot.states import ItemKind
from bot.vault import Vault
from nlu.normalizing import normalize

# Only the newest ones near the same topic are compared, so that a question costs the same however many wait.
COMPARED = 50
_ALIKE = 85.0


def find_cluster(session: Session, item: ReviewItem, question: str, vault: Vault) -> int:
    """Return the cluster that a stored question belongs to: that of one like it, else its own number."""

    def fold(other: ReviewItem) -> str:
        return normalize(vault.open(other.sealed_question))

    return choose_cluster(item, normalize(question), _list_newest(session, item), fold)


def choose_cluster(
    item: ReviewItem, folded: str, others: Sequence[ReviewItem], fold: Callable[[ReviewItem], str]
) -> int:
    """Return the cluster of the first of these questions that is like this one, else its own number.

    In the same language the words decide; across languages, where they cannot, the nearest topics do, unless the
    cluster has other words in the language of the question.
    """
    same_language = [other for other in others if other.language == item.language]
    for other in same_language:
        if fuzz.token_sort_ratio(folded, fold(other)) >= _ALIKE:
            return other.cluster or other.id
    unlike = {other.cluster for other in same_language}
    for other in others:
        if item.nearest_topics and other.nearest_topics == item.nearest_topics and other.cluster not in unlike:
            return other.cluster or other.id
    return item.id


def _list_newest(session: Session, item: ReviewItem) -> Sequence[ReviewItem]:
    query = select(ReviewItem).where(
        ReviewItem.resolved_at.is_(None),
        ReviewItem.topic == item.topic,
        ReviewItem.kind == ItemKind.QUESTION,
        ReviewItem.id != item.id,
    )
    return session.scalars(query.order_by(ReviewItem.id.desc()).limit(COMPARED)).all()
