"""Flow documents that can be played."""

from typing import Any

import pytest

from connect_simulator.flows import (
    FlowError,
)
from flow_language import flow, say


@pytest.mark.parametrize(
    ("actions", "changes", "why"),
    [
        ([], {"Version": "2018-01-01"}, "Version"),
        ([], {"StartAction": "none"}, "none"),
        ([say("x", NextAction="nowhere")], {}, "nowhere"),
        ([say("x"), say("y")], {}, "twice"),
        ([say("x", Else="end")], {}, "Else"),
        ([say("x", Conditions=[{"NextAction": "end", "Condition": {"Operator": "TextContains"}}])], {}, "Equals"),
    ],
)
def test_invalid_document_is_rejected(actions: list[dict[str, Any]], changes: dict[str, Any], why: str) -> None:
    with pytest.raises(FlowError, match=why):
        flow(*actions, **changes)
