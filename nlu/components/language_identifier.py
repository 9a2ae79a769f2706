"""The language of a message, among those offered and a background of others."""

from typing import Any, Dict, List, Text

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.examples import read_development_split, read_examples
from nlu.components.linear_component import LinearComponent


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class LanguageIdentifier(LinearComponent):
    """Sets `language` to {"tag": BCP 47 tag, "probability": 0 to 1} on each message, calibrated."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Return the default settings; config.yml may name others."""
        return {
            "languages": [],
            "calibration": "tests/nlu/dev",
            "characters": [1, 4],
            "words": [1, 1],
            "bits": 16,
            "regularization": 1.0,
            "held_out": 8,
        }

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from all examples, except each n-th of the background: those calibrate, with the development split."""
        examples = read_examples(training_data)
        background = [example for example in examples if example.language not in self._config["languages"]]
        reserved = set(background[:: self._config["held_out"]])
        learned = [example for example in examples if example not in reserved]
        judged = [*sorted(reserved), *read_development_split(self._config["calibration"])]
        return self.fit(
            [example.text for example in learned],
            [example.language for example in learned],
            [example.text for example in judged],
            [example.language for example in judged],
        )

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Return the training data as they are: their language is known."""
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Add the most probable language to each message."""
        for message in messages:
            tag, probability = self._model.rank(message.get("text") or "")[0]
            message.set("language", {"tag": tag, "probability": probability}, add_to_output=True)
        return messages
