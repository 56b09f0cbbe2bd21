"""Connect's quotas: API calls per second and concurrent chats.

https://docs.aws.amazon.com/connect/latest/adminguide/amazon-connect-service-limits.html
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Quota:
    """The quotas for StartOutboundChatContact, by default those of a new AWS account; None removes a limit."""

    rate: float | None = 2
    burst: int = 5
    open_chats: int | None = 500


class TokenBucket:
    """A token bucket as in AWS API throttling: `burst` tokens at most, refilled with `rate` tokens per second."""

    def __init__(self, rate: float, burst: int) -> None:
        self._rate = rate
        self._burst = burst
        self._level = float(burst)
        self._filled_at: float | None = None

    def take(self, now: float) -> bool:
        """Take a token and return True, or return False if none is left."""
        elapsed = 0.0 if self._filled_at is None else max(0.0, now - self._filled_at)
        self._level = min(float(self._burst), self._level + elapsed * self._rate)
        self._filled_at = now
        if self._level < 1:
            return False
        self._level -= 1
        return True
