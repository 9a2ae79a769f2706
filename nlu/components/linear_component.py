"""What the components around a linear model share."""

from typing import Any, Dict, List, Text, Type, TypeVar

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage

from nlu.components.linear_model import LinearModel

Component = TypeVar("Component", bound="LinearComponent")


class LinearComponent(GraphComponent):
    """A pipeline component that is one linear model and its settings."""

    def __init__(self, config: Dict[Text, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._model = LinearModel(config)

    @classmethod
    def create(
        cls: Type[Component],
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Component:
        """Return an untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls: Type[Component],
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Component:
        """Return the trained component."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component._model = LinearModel.load(folder)
        return component

    def fit(self, texts: List[Text], labels: List[Text], judged: List[Text], truths: List[Text]) -> Resource:
        """Learn from texts and labels, calibrate on texts judged apart, and store the model."""
        self._model.fit(texts, labels)
        self._model.calibrate(judged, truths)
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource
