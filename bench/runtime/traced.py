"""
Call a handler with a trace id for each invocation, which the emulator does not give.

It reads `TRACED_HANDLER`, such as `package.module.lambda_handler`, and `TRACE_ID` from the environment.
"""

import os
from importlib import import_module
from typing import Any

_module, _, _name = os.environ["TRACED_HANDLER"].rpartition(".")
_handler = getattr(import_module(_module), _name)


def lambda_handler(event: Any, context: Any) -> Any:
    """Return the answer of the traced handler."""
    os.environ["_X_AMZN_TRACE_ID"] = os.environ["TRACE_ID"]  # the runtime removes it before each call
    return _handler(event, context)
