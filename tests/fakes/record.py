"""The record of the calls that reached the server."""

from dataclasses import asdict, dataclass
from typing import Any

from tests.fakes.errors import Json


@dataclass(frozen=True)
class Call:
    """One call and what became of it; the record is in the order of completion."""

    number: int
    time: float
    method: str
    params: Json
    chat_id: int | None
    status: int
    result: Any = None
    description: str = ""
    #: "before" or "after": the connection was closed before or after the call was carried out.
    dropped: str = ""

    @property
    def ok(self) -> bool:
        """Tell whether the call was carried out."""
        return self.status == 200

    def as_json(self) -> Json:
        """Return the call for the control interface."""
        return asdict(self) | {"ok": self.ok}
