"""The metrics of a result."""

import pytest

from deflection.result_metrics import count_result
from deflection.results import Delivery


@pytest.mark.parametrize(
    ("status", "metric"),
    [
        ("DELIVERED", "Delivered"),
        ("SUCCESSFUL", "Delivered"),
        ("UNREACHABLE", "NotDelivered"),
        ("OTHER", "NotDelivered"),
        ("UNKNOWN", "DeliveryUnknown"),
    ],
)
def test_final_status_counts_as_delivered_or_not_or_unknown(status: str, metric: str) -> None:
    assert count_result(Delivery(status, "US")) == [(metric, 1)]
