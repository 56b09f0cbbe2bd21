"""Read what a flow or a flow module invokes."""

import json
from collections.abc import Mapping
from typing import Any


def invoked_functions(flow: Mapping[str, Any]) -> list[str]:
    """Return the function of each AWS Lambda function block, in the order of the blocks."""
    return [str(each.get("LambdaFunctionARN")) for each in _parameters(flow, "InvokeLambdaFunction")]


def find_unusable_function(flow: Mapping[str, Any], alias_arn: str) -> str | None:
    """Return a version or another alias of the function that the flow invokes, which Amazon Connect must not invoke."""
    function = alias_arn.rpartition(":")[0]
    return next((arn for arn in invoked_functions(flow) if arn.startswith(function) and arn != alias_arn), None)


def invoked_modules(flow: Mapping[str, Any]) -> list[str]:
    """Return the id of the flow module of each Invoke module block; references to attributes are left out."""
    named = [str(each.get("FlowModuleId")) for each in _parameters(flow, "InvokeFlowModule")]
    return list(dict.fromkeys(module_id(name) for name in named if not name.startswith("$")))


def module_id(name: str) -> str:
    """Return the id of a flow module from its id or ARN, without a version or an alias."""
    return name.rpartition("/")[2].partition(":")[0]


def _parameters(flow: Mapping[str, Any], action_type: str) -> list[Mapping[str, Any]]:
    return [each["Parameters"] for each in json.loads(flow["Content"])["Actions"] if each["Type"] == action_type]
