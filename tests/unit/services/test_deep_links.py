"""Links to the bot: what make_payload writes, read_payload reads, for every topic in every language."""

import re

import pytest

from bot.languages import TAGS
from bot.services.deep_links import CONNECT, MAX_PAYLOAD, Target, make_payload, read_payload
from bot.services.storing_content import build_content
from tests.conftest import read_shipped


@pytest.fixture(scope="module")
def topics() -> frozenset[str]:
    return frozenset(build_content(read_shipped()).topics)


def test_every_topic_in_every_language_is_read_back(topics: frozenset[str]) -> None:
    for tag in TAGS:
        assert read_payload(make_payload(None, tag), topics) == Target(None, tag)
        for topic in topics:
            payload = make_payload(topic, tag)
            assert re.fullmatch(rf"[A-Za-z0-9_-]{{1,{MAX_PAYLOAD}}}", payload)
            assert not payload.startswith(CONNECT)
            assert read_payload(payload, topics) == Target(topic, tag)
            assert read_payload(f"{topic}_{tag}", topics) == Target(topic, tag)


def test_topic_without_language_is_read(topics: frozenset[str]) -> None:
    for topic in topics:
        assert read_payload(topic, topics) == Target(topic)


@pytest.mark.parametrize(
    ("payload", "target"),
    [
        ("find_flat-UK", Target("find_flat", "uk")),
        ("find_flat-xx", Target()),
        ("nothing-uk", Target(None, "uk")),
        ("nothing", Target()),
        ("-", Target()),
        ("", Target()),
        ("find_flat-uk-uk", Target(None, "uk")),
        ("x" * 500, Target()),
    ],
)
def test_payload_that_nobody_made_leads_to_the_welcome(payload: str, target: Target, topics: frozenset[str]) -> None:
    assert read_payload(payload, topics) == target
