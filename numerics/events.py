"""The events of a model in a limit: which there are, what they rest on, why one never happens."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar, Generic, Protocol, TypeVar


class OfEvent(Protocol):
    """A request about an event."""

    @property
    def event(self) -> str:
        """Its name."""


R = TypeVar("R", bound=OfEvent)


class Events(ABC, Generic[R]):
    """What a model says of a request about one of its events before anything is searched.

    ``impossible`` says of events that never happen why.
    """

    limit: str
    events: tuple[str, ...]
    impossible: ClassVar[Mapping[str, str]] = {}

    @abstractmethod
    def assumptions(self, request: R) -> tuple[str, ...]:
        """The statements that an answer rests on."""

    def checked(self, request: R) -> R:
        """The request; raises ParameterError for what this model or limit cannot do."""
        return request

    def never(self, request: R) -> str:
        """Why the event does not happen anywhere; empty where it may."""
        return self.impossible.get(request.event, "")
