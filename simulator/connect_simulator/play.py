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

from connect_simulator import Simulator, demo, shell
from connect_simulator.calls import calls_of, happening_now

FLOW_SECONDS = 8
EVENTS = Path("events")
RAISED = "The function raised"


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
    """
    Prints the request that Amazon Connect received, what was logged, and the answer that the flow gets, last.

    An event of EventBridge happens now, whatever time its file has: an old one would be declined as too old.
    """
    parser = argparse.ArgumentParser(prog="connect-simulator-play", description=__doc__)
    parser.add_argument("handler", help="dotted name, such as package.module.lambda_handler")
    parser.add_argument("event", help="a file with the event as AWS sends it; NAME alone means events/NAME.json")
    arguments = parser.parse_args()
    path = _path(arguments.event)
    event = happening_now(_event(path))
    shell.leave()
    logged = io.StringIO()
    with Simulator() as simulator, redirect_stdout(logged):
        # A setting that the shell has wins over the demo's.
        os.environ.update(demo.ENVIRONMENT | os.environ | demo.CREDENTIALS | {"AWS_ENDPOINT_URL": simulator.url})
        for call in calls_of(event):
            simulator.world.put_contact(call)
        module, _, name = arguments.handler.rpartition(".")
        title, *answer = _answer(getattr(import_module(module), name), event)
        requests = list(simulator.world.requests)
        contacts = [simulator.world.contacts[request.contact_id] for request in requests]
    print(f"{path} was given to {arguments.handler}.")
    _show("Amazon Connect received", *(f"StartOutboundChatContact {_json(request.body)}" for request in requests))
    _show("Amazon Connect now has", *(f"Contact {_json(contact)}" for contact in contacts))
    _show("The function logged", *logged.getvalue().splitlines())
    _show(title, *answer)
    if title == RAISED:
        sys.exit(1)


def _path(event: str) -> Path:
    """The file that is meant; without one, the end, with the names of those that there are."""
    is_bare = "/" not in event and not event.endswith(".json")
    path = EVENTS / f"{event}.json" if is_bare else Path(event)
    if event and path.is_file():
        return path
    beside = sorted(path.parent.glob("*.json")) or sorted(EVENTS.glob("*.json"))
    complaint = f"There is no {path}." if event else "Say which event."
    sys.exit(f"{complaint} There are: {', '.join(file.stem for file in beside) or 'none'}.")


def _event(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        sys.exit(f"{path} cannot be read: {error.strerror}.")
    except ValueError as error:
        sys.exit(f"{path} is not JSON: {error}")


def _answer(handler: Any, event: Any) -> tuple[str, ...]:
    """A title and the lines under it."""
    try:
        answer = handler(event, Context())
    except Exception as error:  # noqa: BLE001 (Lambda, too, tells its caller the type and the text)
        return RAISED, f"{type(error).__name__}: {error}"
    match event, answer:
        case {"Details": _}, {**members}:
            return "The flow gets", *(f"$.External.{key:<17} {value}" for key, value in members.items())
        case _, {"batchItemFailures": _}:
            return "SQS gets", _json(answer)
        case _:
            return "The answer", _json(answer)


def _show(title: str, *lines: str) -> None:
    print(f"\n{title}\n{'-' * len(title)}")
    print("\n".join(lines) or "nothing")


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)


if __name__ == "__main__":
    main()
