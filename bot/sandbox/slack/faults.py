"""What can be made to go wrong on demand, in the Web API and in deliveries to the app."""

from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.sandbox.slack.ids import Ids
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.stream import Stream

ANY = "*"

API_KINDS = {
    "429": "ratelimited, with Retry-After: `retry_after`",
    "500": "status 500 and internal_error; nothing has happened",
    "503": "status 503 and service_unavailable; nothing has happened",
    "fatal": "status 200 and fatal_error, although the work was done",
    "slow": "answers normally, `seconds` late",
    "drop_before": "closes the connection; nothing has happened",
    "drop_after": "does the work, then closes the connection",
    "error": "answers ok: false with the code `error`",
    "html": "status 503 and a web page instead of JSON; nothing has happened",
    "metadata": "does the work, but keeps no metadata of the message and warns of invalid_metadata_schema",
    "truncated": "does the work, then sends half of the answer",
}
DELIVERY_KINDS = {
    "slow": "sent `seconds` after it happened, so that triggers may be too old",
    "lost": "never sent; the person waits until it times out",
    "forge": "signed with another secret",
    "stale": "signed ten minutes ago",
    "replay": "the same signed request a second time",
    "duplicate": "an event once more, as a retry, although it was acknowledged",
    "socket_disconnect": "Socket Mode is refreshed just after it is sent: the ack has to come over the next connection",
}


class Fault(BaseModel):
    """One thing that goes wrong, as it comes in over the control API."""

    model_config = ConfigDict(extra="forbid")

    id: str = ""
    where: Literal["api", "delivery"]
    kind: str
    method: str = ANY
    """A Web API method, `hooks` for response_urls; or of deliveries: commands' names, payload and event types."""
    channel: str | None = None
    seconds: float = Field(default=5.0, ge=0)
    retry_after: int = Field(default=1, ge=0)
    error: str = "internal_error"
    times: int | None = Field(default=1, ge=1)
    """How often it strikes; None means until it is cleared."""

    @model_validator(mode="after")
    def _known_kind(self) -> "Fault":
        kinds = API_KINDS if self.where == "api" else DELIVERY_KINDS
        if self.kind not in kinds:
            raise ValueError(f"kind must be one of {', '.join(kinds)} where {self.where}")
        return self

    def strikes(self, where: str, methods: tuple[str, ...], channel: str | None) -> bool:
        return (
            self.where == where
            and (self.method == ANY or self.method in methods)
            and (self.channel is None or self.channel == channel)
        )


class Faults:
    """The faults that are set, in the order in which they were set."""

    def __init__(self, ids: Ids, stream: Stream) -> None:
        self._ids = ids
        self._stream = stream
        self._faults: list[Fault] = []

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._faults)

    def listed(self) -> list[Json]:
        return [fault.model_dump() for fault in self._faults]

    def add(self, fault: Fault) -> Fault:
        """Sets a fault; one with the same id is replaced."""
        fault = fault.model_copy(update={"id": fault.id or self._ids.next("F")})
        self._faults = [*(one for one in self._faults if one.id != fault.id), fault]
        self._tell()
        return fault

    def clear(self, fault_id: str | None = None) -> None:
        """Removes one fault, or all."""
        self._faults = [one for one in self._faults if fault_id is not None and one.id != fault_id]
        self._tell()

    def take(self, where: str, *methods: str, channel: str | None = None) -> Fault | None:
        """The first fault that strikes here, counted as having struck once more."""
        fault = next((one for one in self._faults if one.strikes(where, methods, channel)), None)
        if fault is not None and fault.times is not None:
            fault.times -= 1
            if fault.times == 0:
                self._faults.remove(fault)
            self._tell()
        return fault

    def _tell(self) -> None:
        self._stream.publish("faults", faults=self.listed())
