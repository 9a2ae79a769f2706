"""Intents from hashed n-grams, one model for all languages."""

from typing import Any, Dict, List, Text

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.examples import read_development_split, read_examples
from nlu.components.linear_component import LinearComponent


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class NgramIntentClassifier(LinearComponent, IntentClassifier):
    """Sets `intent` and `intent_ranking` with calibrated probabilities."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Return the default settings; config.yml may name others."""
        return {
            "languages": [],
            "calibration": "tests/nlu/dev",
            "ranking_length": 10,
            "always_ranked": ["out_of_scope"],  # how probable it is decides whether a topic is answered
            "characters": [3, 5],
            "words": [1, 2],
            "bits": 17,
            "regularization": 4.0,
        }

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples of the offered languages; the others only teach the language identifier."""
        offered = [example for example in read_examples(training_data) if example.language in self._config["languages"]]
        judged = read_development_split(self._config["calibration"])
        return self.fit(
            [example.text for example in offered],
            [example.intent for example in offered],
            [line.text for line in judged],
            [line.intent for line in judged],
        )

    def process(self, messages: List[Message]) -> List[Message]:
        """Add the ranking to each message."""
        for message in messages:
            ranking = [
                {"name": name, "confidence": confidence}
                for place, (name, confidence) in enumerate(self._model.rank(message.get("text") or ""))
                if place < self._config["ranking_length"] or name in self._config["always_ranked"]
            ]
            message.set("intent", ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages
