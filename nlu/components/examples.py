"""Training examples with their language, and the development split for calibration."""

import json
from pathlib import Path
from typing import List, NamedTuple

from rasa.shared.nlu.training_data.training_data import TrainingData


class LabelledText(NamedTuple):
    """A text with its intent and its language."""

    text: str
    intent: str
    language: str


def read_examples(training_data: TrainingData) -> List[LabelledText]:
    """Return the training examples; each file names its language as metadata of the intent."""
    found = []
    for message in training_data.intent_examples:
        metadata = (message.get("metadata") or {}).get("intent") or {}
        if "language" not in metadata:
            raise ValueError(
                f"the intent block of the example {message.get('text')!r} names no language in its metadata"
            )
        found.append(LabelledText(message.get("text"), message.get("intent"), metadata["language"]))
    return found


def read_development_split(folder: str) -> List[LabelledText]:
    """Return the lines of <folder>/<lang>.jsonl; empty when there is no such folder."""
    return [
        LabelledText(line["text"], line["topic"], path.stem)
        for path in sorted(Path(folder).glob("*.jsonl"))
        for line in map(json.loads, path.read_text(encoding="utf-8").splitlines())
    ]
