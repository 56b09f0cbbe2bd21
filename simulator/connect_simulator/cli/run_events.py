"""Invoke a Lambda handler with events: `python -m connect_simulator.cli.run_events HANDLER EVENTS`."""

import argparse
import io
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from connect_simulator import demo
from connect_simulator.cli.log_format import readable
from connect_simulator.lambda_runtime import sdk_environment
from connect_simulator.lambda_runtime.worker import PROVISIONED_SECONDS, Context
from connect_simulator.scenario import variables
from connect_simulator.scenario.event_contacts import DEFAULT_CALLER, contacts_in, with_caller, with_current_time
from connect_simulator.scenario.resources import create_resources
from connect_simulator.server import Simulator

EVENTS: Final = Path("events")
MAX_LOADING_SECONDS: Final = 1.0
"""Loading the handler may take this long without a pause before the first event."""
RAISED: Final = "The function raised"

type Handler = Callable[[Any, Any], Any]


def main() -> None:
    """Print the request that Amazon Connect received, the function's log, and last the response.

    All events run one after the other in the same simulated AWS, which has the resources of the scenario.
    An EventBridge event gets the current time, because the function declines old events.
    """
    parser = argparse.ArgumentParser(prog="connect-simulator-run", description=__doc__)
    parser.add_argument("handler", help="dotted name, such as package.module.lambda_handler")
    parser.add_argument("events", help="event files, separated by commas; a name alone means a file in events/")
    arguments = parser.parse_args()
    events = [(path, _read_event(path)) for path in map(_find_file, arguments.events.split(","))]
    endpoint_url = os.environ.get("AWS_ENDPOINT_URL")
    sdk_environment.clear()
    # A setting in the user's shell takes precedence over the demo's.
    os.environ.update(demo.ENVIRONMENT | os.environ | demo.CREDENTIALS)
    with Simulator() as simulator, redirect_stdout(io.StringIO()) as log:
        os.environ["AWS_ENDPOINT_URL"] = simulator.url
        try:
            report = [*_create_resources(simulator, endpoint_url)]
            age_seconds, caller = variables.event_age_seconds(os.environ), variables.caller(os.environ)
        except variables.ScenarioError as error:
            sys.exit(str(error))
        handler = _load_handler(arguments.handler)
        for path, event in events:
            report.append(f"{path} was given to {arguments.handler}.")
            report += run_event(simulator, handler, with_current_time(event, age_seconds), log, caller)
    print("\n\n".join(report))
    if any(section.startswith(RAISED) for section in report):
        sys.exit(1)


def run_event(
    simulator: Simulator, handler: Handler, event: Any, log: io.StringIO, caller: str | None = None
) -> list[str]:
    """Invoke the handler with an event, return the sections of the report and clear `log`."""
    for call in contacts_in(event, caller or DEFAULT_CALLER):
        simulator.world.put_contact(call)
    before = len(simulator.world.requests)
    title, *result = _invoke(handler, with_caller(event, caller) if caller else event)
    requests = simulator.world.requests[before:]
    contacts = [simulator.world.contacts[request.contact_id] for request in requests]
    log_lines = readable(log.getvalue().splitlines())
    log.seek(0)
    log.truncate()
    return [
        _section(
            "Amazon Connect received", *(f"StartOutboundChatContact {_json(request.body)}" for request in requests)
        ),
        _section("Amazon Connect now has", *(f"Contact {_json(contact)}" for contact in contacts)),
        _section("The function logged", *log_lines),
        _section(title, *result),
    ]


def _load_handler(name: str) -> Handler:
    """Load the handler; if that takes long on this machine, pause as with provisioned concurrency."""
    module, _, function = name.rpartition(".")
    started_at = time.monotonic()
    handler: Handler = getattr(import_module(module), function)
    if time.monotonic() - started_at > MAX_LOADING_SECONDS:
        time.sleep(PROVISIONED_SECONDS)
    return handler


def _create_resources(simulator: Simulator, endpoint_url: str | None) -> Iterator[str]:
    sentences = create_resources(simulator, os.environ)
    if endpoint_url:
        sentences.append(f"This run uses a simulator of its own, not {endpoint_url}.")
    if sentences:
        yield _section("In the simulated AWS", *sentences)


def _find_file(event: str) -> Path:
    """Find an event's file; a name alone, with or without `.json`, is found in events/."""
    candidates = (Path(event), EVENTS / event, EVENTS / f"{event}.json")
    found = next((path for path in candidates if path.is_file()), None)
    if found:
        return found
    path = Path(event) if "/" in event else EVENTS / f"{event.removesuffix('.json')}.json"
    files = sorted(path.parent.glob("*.json")) or sorted(EVENTS.glob("*.json"))
    names = [file.stem for file in files]
    nearest = get_close_matches(path.stem, names, n=1)
    problem = f"{path} was not found." if event else "EVENT must name a file with an event."
    hint = f" Did you mean {nearest[0]}?" if event and nearest else ""
    sys.exit(f"{problem}{hint} Events: {', '.join(names) or 'none'}.")


def _read_event(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        sys.exit(f"Cannot read {path}: {error.strerror}.")
    except ValueError as error:
        sys.exit(f"{path} must be JSON: {error}")


def _invoke(handler: Any, event: Any) -> tuple[str, ...]:
    """Return a title and the lines below it."""
    try:
        response = handler(event, Context())
    except Exception as error:  # noqa: BLE001 (Lambda, too, returns the type and the text)
        reason = getattr(error, "code", "")
        return RAISED, f"{type(error).__name__}: {error}", *([f"Reason: {reason}"] if reason else [])
    match event, response:
        case {"Details": _}, {**members}:
            return "The flow gets", *(f"$.External.{key:<17} {value}" for key, value in members.items())
        case _, {"batchItemFailures": _}:
            return "SQS gets", _json(response)
        case _:
            return "The response", _json(response)


def _section(title: str, *lines: str) -> str:
    return f"{title}\n{'-' * len(title)}\n" + ("\n".join(lines) or "nothing")


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)


if __name__ == "__main__":
    main()
