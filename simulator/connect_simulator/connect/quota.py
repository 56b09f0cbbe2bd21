"""Connect's quotas: how many calls a second, and how many chats at once.

https://docs.aws.amazon.com/connect/latest/adminguide/amazon-connect-service-limits.html
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Quota:
    """The defaults of an AWS account for StartOutboundChatContact; `None` lifts a limit."""

    rate: float | None = 2
    burst: int = 5
    open_chats: int | None = 500


class TokenBucket:
    """Holds up to `burst` calls and gains `rate` of them a second, as API throttling at AWS does."""

    def __init__(self, rate: float, burst: int) -> None:
        self._rate = rate
        self._burst = burst
        self._level = float(burst)
        self._filled_at: float | None = None

    def take(self, now: float) -> bool:
        """Whether a call may pass now."""
        elapsed = 0.0 if self._filled_at is None else max(0.0, now - self._filled_at)
        self._level = min(float(self._burst), self._level + elapsed * self._rate)
        self._filled_at = now
        if self._level < 1:
            return False
        self._level -= 1
        return True
