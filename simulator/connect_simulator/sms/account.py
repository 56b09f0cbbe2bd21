"""The state of AWS End User Messaging SMS in one account and Region."""

from dataclasses import dataclass, field
from typing import Any

from connect_simulator import demo


@dataclass
class SmsAccount:
    """An account's opt-out lists, carrier lookups, phone numbers, tier and spend limit.

    Attributes:
        opt_out_lists: The time of each opt-out, by list name and phone number.
        refuse_unlisted_numbers: Whether DescribeOptedOutNumbers rejects a number that is not on the list.
        lookups: Members of CarrierLookup's response, by phone number.
        line_type: The line type of every number without a lookup.
        phone_numbers: Members that differ from DescribePhoneNumbers' default response, by ARN.
        account_tier: SANDBOX or PRODUCTION.
        monthly_spend_limit: The limit in US dollars.
    """

    opt_out_lists: dict[str, dict[str, float]] = field(default_factory=lambda: {"Default": {}})
    # Assumption: the response omits a valid number that is not on the list. By "isn't valid", AWS may mean it, too.
    refuse_unlisted_numbers: bool = False
    lookups: dict[str, dict[str, str]] = field(default_factory=dict)
    # Assumption: a number without a lookup is a mobile phone.
    line_type: str = "MOBILE"
    phone_numbers: dict[str, dict[str, Any]] = field(default_factory=lambda: {demo.SMS_SOURCE_ARN: {}})
    account_tier: str = "PRODUCTION"
    monthly_spend_limit: int = 1_000


class SmsError(Exception):
    """An error, by its name in the service model."""

    def __init__(self, name: str, message: str, resource_type: str = "") -> None:
        super().__init__(message)
        self.name = name
        self.resource_type = resource_type
