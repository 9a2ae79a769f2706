"""Entities from the synonyms of the training data: the words people use for their papers."""

import json
import re
from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.normalizing import normalize

_FILE = "phrases.json"
# Arabic writes "and", "with", "for" and the article as one word with what follows.
_PREFIX = r"(?:[وبلف]?(?:ال|لل)?)"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class PhraseEntityExtractor(GraphComponent, EntityExtractorMixin):
    """Finds the phrases of synonyms whose value is written entity/value, longest first, at word borders."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Return the default settings: there are none."""
        return {}

    def __init__(self, storage: ModelStorage, resource: Resource, phrases: Dict[Text, Text]) -> None:
        self._storage = storage
        self._resource = resource
        self._use(phrases)

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "PhraseEntityExtractor":
        """Return an extractor that knows no phrase yet."""
        return cls(model_storage, resource, {})

    def train(self, training_data: TrainingData) -> Resource:
        """Take the phrases of the synonyms."""
        self._use({normalize(phrase): value for phrase, value in training_data.entity_synonyms.items() if "/" in value})
        with self._storage.write_to(self._resource) as folder:
            (folder / _FILE).write_text(json.dumps(self._phrases, ensure_ascii=False), encoding="utf-8")
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "PhraseEntityExtractor":
        """Return the extractor with its phrases."""
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, json.loads((folder / _FILE).read_text(encoding="utf-8")))

    def process(self, messages: List[Message]) -> List[Message]:
        """Add the entities found; `start` and `end` count in the normalised text."""
        for message in messages:
            entities = message.get("entities", []) + self._find(normalize(message.get("text") or ""))
            message.set("entities", entities, add_to_output=True)
        return messages

    def _use(self, phrases: Dict[Text, Text]) -> None:
        self._phrases = phrases
        longest_first = sorted(phrases, key=len, reverse=True)
        alternatives = "|".join(map(re.escape, longest_first)) or r"(?!)"
        self._pattern = re.compile(rf"(?<!\w){_PREFIX}({alternatives})(?!\w)")

    def _find(self, text: Text) -> List[Dict[Text, Any]]:
        found = []
        for match in self._pattern.finditer(text):
            entity, value = self._phrases[match.group(1)].split("/", 1)
            found.append(
                {"entity": entity, "value": value, "start": match.start(1), "end": match.end(1), "confidence": 1.0}
            )
        return self.add_extractor_name(found)
