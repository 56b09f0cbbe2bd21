"""
A handler as Lambda calls it when tracing is on: Lambda tells each call its trace, and the emulator does not.

The environment gives `TRACED_HANDLER`, such as `package.module.lambda_handler`, and `TRACE_ID`.
"""

import os
from importlib import import_module
from typing import Any

_module, _, _name = os.environ["TRACED_HANDLER"].rpartition(".")
_handler = getattr(import_module(_module), _name)


def lambda_handler(event: Any, context: Any) -> Any:
    """What the handler answers."""
    os.environ["_X_AMZN_TRACE_ID"] = os.environ["TRACE_ID"]  # the runtime removes it before each call
    return _handler(event, context)
