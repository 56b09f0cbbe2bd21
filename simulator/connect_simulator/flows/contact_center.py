"""The part of an instance that a flow can ask about: queues, their metrics, agents and hours, and the callbacks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

from connect_simulator import demo

VOICE: Final = "VOICE"
CHAT: Final = "CHAT"
CHANNELS: Final = (VOICE, CHAT)


@dataclass(frozen=True)
class ChannelReport:
    """The real-time metrics of a queue for one channel.

    Attributes:
        contacts: The number of contacts in the queue.
        oldest_seconds: How long the oldest contact has waited; None without contacts.
        wait_seconds: The estimated wait time of a new contact; None if Amazon Connect cannot estimate it.
        agents_online: Agents who are logged in and not offline.
        agents_staffed: Those of them who are not in a custom status.
        agents_available: Those of them who can take a contact now.
    """

    contacts: int = 0
    oldest_seconds: int | None = None
    wait_seconds: int | None = None
    agents_online: int = 2
    agents_staffed: int = 2
    agents_available: int = 0

    @classmethod
    def parse(cls, members: Any, current: Self | None) -> Self | None:
        """Change these members of the current report, or of the default one; None means an empty report.

        Raises:
            TypeError: The members are not a map.
            ValueError: A member is unknown, or its value is not a whole number of at least 0.
        """
        if members is None:
            return None
        _require_members("A report", members, cls.__dataclass_fields__)
        for name, value in members.items():
            if value is None and name in ("oldest_seconds", "wait_seconds"):
                continue
            if type(value) is not int or value < 0:
                raise ValueError(f"{name} must be a whole number of at least 0 (got {value!r}).")
        return replace(current or cls(), **members)


@dataclass
class Queue:
    """A queue.

    Attributes:
        name: Its name.
        is_open: Whether it is within its hours of operation; None if they cannot be checked.
        reports: The report of each channel; None for an empty report.
    """

    name: str = "Billing"
    is_open: bool | None = True
    reports: dict[str, ChannelReport | None] = field(
        default_factory=lambda: {VOICE: ChannelReport(), CHAT: ChannelReport()}
    )

    def report(self, channel: str | None) -> ChannelReport | None:
        """Return the report of a channel, or of all channels together; None if it is empty."""
        if channel is not None:
            return self.reports.get(channel)
        reports = [report for report in self.reports.values() if report is not None]
        return _all_channels(reports) if reports else None

    def update(self, members: Any) -> None:
        """Change these members of the queue; members of a report change the report of its channel.

        Raises:
            TypeError: The members, or those of a report, are not a map.
            ValueError: A member is unknown, or its value is not valid.
        """
        _require_members("A queue", members, self.__dataclass_fields__)
        reports = members.get("reports", {})
        _require_members("reports", reports, CHANNELS)
        name, is_open = members.get("name", self.name), members.get("is_open", self.is_open)
        if not isinstance(name, str) or not (is_open is None or isinstance(is_open, bool)):
            raise ValueError("name must be a string, and is_open must be true, false or null.")
        changed = {channel: ChannelReport.parse(each, self.reports.get(channel)) for channel, each in reports.items()}
        self.name, self.is_open = name, is_open
        self.reports |= changed


@dataclass(frozen=True)
class Callback:
    """A callback that waits in a queue for an agent.

    Attributes:
        contact_id: The contact whose flow created it.
        number: The number that is called back.
        queue_arn: The queue.
        delay_seconds: How long to wait before the first attempt.
        attempts: The maximum number of attempts.
        retry_seconds: How long to wait between two attempts.
    """

    contact_id: str
    number: str
    queue_arn: str
    delay_seconds: int
    attempts: int
    retry_seconds: int


@dataclass
class ContactCenter:
    """The state of an instance that its flows read and change.

    Attributes:
        queues: The queues by ARN.
        hours: Whether each named hours of operation are open now, by ARN or id; None if they cannot be checked.
        undialable: The numbers that the instance cannot call, such as those of a country that it may not call.
        callbacks: The callbacks that flows have created.
    """

    queues: dict[str, Queue] = field(default_factory=lambda: {demo.QUEUE_ARN: Queue()})
    hours: dict[str, bool | None] = field(default_factory=dict)
    undialable: set[str] = field(default_factory=set)
    callbacks: list[Callback] = field(default_factory=list)

    def find_queue(self, name: str | None) -> tuple[str, Queue] | None:
        """Find a queue by its ARN or id, and return its ARN, too."""
        arn = _find(name, self.queues)
        return None if arn is None else (arn, self.queues[arn])

    def is_within(self, hours: str) -> bool | None:
        """Return whether these hours of operation, by ARN or id, are open now; None if they cannot be checked."""
        name = _find(hours, self.hours)
        return None if name is None else self.hours[name]


def _all_channels(reports: list[ChannelReport]) -> ChannelReport:
    # Assumption: the agents of the channel with the most agents serve the other channels, too.
    waits = [report.oldest_seconds for report in reports if report.oldest_seconds is not None]
    return ChannelReport(
        contacts=sum(report.contacts for report in reports),
        oldest_seconds=max(waits, default=None),
        # Source: connect-attrib-list.html (the estimated wait time is returned for exactly one channel).
        wait_seconds=None,
        agents_online=max(report.agents_online for report in reports),
        agents_staffed=max(report.agents_staffed for report in reports),
        agents_available=max(report.agents_available for report in reports),
    )


def _find(name: str | None, names: Iterable[str]) -> str | None:
    last = (name or "").rpartition("/")[2]
    return next((each for each in names if each.rpartition("/")[2] == last), None)


def _require_members(what: str, members: Any, known: Iterable[str]) -> None:
    if not isinstance(members, Mapping):
        raise TypeError(f"{what} must be a map (got {members!r}).")
    if unknown := members.keys() - set(known):
        raise ValueError(f"{what} does not have {', '.join(sorted(unknown))}. Use {', '.join(known)}.")
