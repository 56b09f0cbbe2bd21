"""`python -m connect_simulator.play HANDLER EVENT` gives an event to a Lambda handler and shows what came of it."""

import argparse
import io
import json
import os
import sys
from contextlib import redirect_stdout
from importlib import import_module
from pathlib import Path
from typing import Any

from connect_simulator import Simulator, demo

FLOW_SECONDS = 8


class Context:
    """What Lambda tells a handler of its invocation."""

    function_name = "connect-sms-deflection"
    function_version = "$LATEST"
    memory_limit_in_mb = 512
    invoked_function_arn = f"arn:aws:lambda:{demo.REGION}:{demo.ACCOUNT}:function:connect-sms-deflection"
    aws_request_id = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d"

    def get_remaining_time_in_millis(self) -> int:
        """As at the beginning of an invocation."""
        return FLOW_SECONDS * 1000


def main() -> None:
    """Prints the request that Amazon Connect received, the response that the flow gets, and what was logged."""
    parser = argparse.ArgumentParser(prog="connect-simulator-play", description=__doc__)
    parser.add_argument("handler", help="dotted name, such as package.module.lambda_handler")
    parser.add_argument("event", type=Path, help="a file with the event as AWS sends it")
    arguments = parser.parse_args()
    try:
        event = json.loads(arguments.event.read_text())
    except (OSError, ValueError) as error:
        sys.exit(f"{arguments.event} cannot be read as an event: {error}")
    logged = io.StringIO()
    with Simulator() as simulator, redirect_stdout(logged):
        os.environ.update(demo.ENVIRONMENT | demo.CREDENTIALS | {"AWS_ENDPOINT_URL": simulator.url})
        module, _, name = arguments.handler.rpartition(".")
        response = getattr(import_module(module), name)(event, Context())
        requests = list(simulator.world.requests)
        contacts = [simulator.world.contacts[request.contact_id] for request in requests]
    print(f"{arguments.event} was given to {arguments.handler}.")
    _show("Amazon Connect received", *(f"StartOutboundChatContact {_json(request.body)}" for request in requests))
    _show("Amazon Connect now has", *(f"Contact {_json(contact)}" for contact in contacts))
    _show("The function logged", *logged.getvalue().splitlines())
    _show("The flow gets", *(f"$.External.{key:<17} {value}" for key, value in response.items()))


def _show(title: str, *lines: str) -> None:
    print(f"\n{title}\n{'-' * len(title)}")
    print("\n".join(lines) or "nothing")


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)


if __name__ == "__main__":
    main()
