"""`python -m connect_simulator.play HANDLER EVENTS` gives events to a Lambda handler and shows what came of each."""

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
from typing import Any

from connect_simulator import demo
from connect_simulator.cli.log_format import readable
from connect_simulator.lambda_runtime import sdk_environment
from connect_simulator.lambda_runtime.worker import AHEAD_SECONDS, Context
from connect_simulator.scenario import resources
from connect_simulator.scenario.calls import CALLER, called_by, calls_of, happening_now
from connect_simulator.server.simulator import Simulator

EVENTS = Path("events")
LONGEST_LOADING_SECONDS = 1.0
"""What loading may take of the time that a flow waits for its first answer."""
RAISED = "The function raised"


type Handler = Callable[[Any, Any], Any]


def main() -> None:
    """
    Prints the request that Amazon Connect received, what was logged, and the answer that the flow gets, last.

    Several events are given one after the other in one world, which `stage` sets up first.
    An event of EventBridge happens now, whatever time its file has: an old one would be declined as too old.
    """
    parser = argparse.ArgumentParser(prog="connect-simulator-play", description=__doc__)
    parser.add_argument("handler", help="dotted name, such as package.module.lambda_handler")
    parser.add_argument(
        "events",
        help="files with events as AWS sends them, separated by commas; NAME or NAME.json alone means events/NAME.json",
    )
    arguments = parser.parse_args()
    events = [(path, _event(path)) for path in map(_path, arguments.events.split(","))]
    elsewhere = os.environ.get("AWS_ENDPOINT_URL")
    sdk_environment.clear()
    # A setting that the shell has wins over the demo's.
    os.environ.update(demo.ENVIRONMENT | os.environ | demo.CREDENTIALS)
    with Simulator() as simulator, redirect_stdout(io.StringIO()) as logged:
        os.environ["AWS_ENDPOINT_URL"] = simulator.url
        try:
            page = [*_stage(simulator, elsewhere)]
            age_seconds, caller = resources.event_age_seconds(os.environ), resources.caller(os.environ)
        except resources.ScenarioError as error:
            sys.exit(str(error))
        handler = _loaded(arguments.handler)
        for path, event in events:
            page.append(f"{path} was given to {arguments.handler}.")
            page += performed(simulator, handler, happening_now(event, age_seconds), logged, caller)
    print("\n\n".join(page))
    if any(part.startswith(RAISED) for part in page):
        sys.exit(1)


def performed(
    simulator: Simulator, handler: Handler, event: Any, logged: io.StringIO, caller: str | None = None
) -> list[str]:
    """The parts of the page that show what one event came to; what was logged is taken out of `logged`."""
    for call in calls_of(event, caller or CALLER):
        simulator.world.put_contact(call)
    before = len(simulator.world.requests)
    title, *answer = _answer(handler, called_by(event, caller) if caller else event)
    requests = simulator.world.requests[before:]
    contacts = [simulator.world.contacts[request.contact_id] for request in requests]
    log = readable(logged.getvalue().splitlines())
    logged.seek(0)
    logged.truncate()
    return [
        _part("Amazon Connect received", *(f"StartOutboundChatContact {_json(request.body)}" for request in requests)),
        _part("Amazon Connect now has", *(f"Contact {_json(contact)}" for contact in contacts)),
        _part("The function logged", *log),
        _part(title, *answer),
    ]


def _loaded(handler: str) -> Handler:
    """The handler; if that took long on this machine, some time after it, as with provisioned concurrency."""
    module, _, name = handler.rpartition(".")
    began = time.monotonic()
    loaded: Handler = getattr(import_module(module), name)
    if time.monotonic() - began > LONGEST_LOADING_SECONDS:
        time.sleep(AHEAD_SECONDS)
    return loaded


def _stage(simulator: Simulator, elsewhere: str | None) -> Iterator[str]:
    told = resources.set_up(simulator, os.environ)
    if elsewhere:
        told.append(f"It is one of this run's own, not {elsewhere}.")
    if told:
        yield _part("In the simulated AWS", *told)


def _path(event: str) -> Path:
    """Find an event's file; a name alone, with or without `.json`, is found in events/."""
    candidates = (Path(event), EVENTS / event, EVENTS / f"{event}.json")
    found = next((path for path in candidates if path.is_file()), None)
    if found:
        return found
    path = Path(event) if "/" in event else EVENTS / f"{event.removesuffix('.json')}.json"
    files = sorted(path.parent.glob("*.json")) or sorted(EVENTS.glob("*.json"))
    known = [file.stem for file in files]
    nearest = get_close_matches(path.stem, known, n=1)
    problem = f"{path} was not found." if event else "EVENT must name a file with an event."
    hint = f" Did you mean {nearest[0]}?" if event and nearest else ""
    sys.exit(f"{problem}{hint} Events: {', '.join(known) or 'none'}.")


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
        reason = getattr(error, "code", "")
        return RAISED, f"{type(error).__name__}: {error}", *([f"Reason: {reason}"] if reason else [])
    match event, answer:
        case {"Details": _}, {**members}:
            return "The flow gets", *(f"$.External.{key:<17} {value}" for key, value in members.items())
        case _, {"batchItemFailures": _}:
            return "SQS gets", _json(answer)
        case _:
            return "The answer", _json(answer)


def _part(title: str, *lines: str) -> str:
    return f"{title}\n{'-' * len(title)}\n" + ("\n".join(lines) or "nothing")


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)


if __name__ == "__main__":
    main()
