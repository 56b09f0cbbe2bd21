"""Use the simulator's page as a browser does, and run sessions without a browser."""

import json
from collections.abc import Callable, Sequence
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3

from connect_simulator import Simulator, demo
from connect_simulator.lambda_runtime.execution_environments import ExecutionEnvironments
from connect_simulator.page import read_stack
from connect_simulator.page.session import Session

ROOT = Path(__file__).parents[1]
MOBILE = "+14255550142"
STACK = read_stack(ROOT / "template.yaml")
PROMPTS = {path.stem: json.loads(path.read_text("utf-8")) for path in (ROOT / "flows/prompts").glob("*.json")}
MAX_STEPS = 16
FUNCTION = """
import os
import time

def lambda_handler(event, context):
    print("a line")
    os.write(1, b"between the results")
    match event:
        case {"Details": {"Parameters": {"sleep": seconds}}}:
            time.sleep(float(seconds))
        case {"Details": {"Parameters": {"raise": text}}}:
            raise RuntimeError(text)
    response = {"Status": "STARTED", "Reason": os.environ.get("REASON", ""), "ContactId": "text-1"}
    return response | {"Process": str(os.getpid())}
"""


def send(site: Simulator, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any, dict[str, str]]:
    """Send a request and return the status, the body and the headers of the response."""
    connection = HTTPConnection(urlsplit(site.url).netloc, timeout=30)
    text = None if body is None else json.dumps(body)
    defaults = {"Content-Type": "application/json"} if text else {}
    connection.request(
        method, path, text, defaults | {name.replace("_", "-"): value for name, value in headers.items()}
    )
    response = connection.getresponse()
    content, response_headers = response.read(), dict(response.headers)
    connection.close()
    is_json = response_headers.get("Content-Type") == "application/json"
    return response.status, json.loads(content) if is_json else content, response_headers


def read_feed(site: Simulator, session: str, until: Callable[[Any], bool], since: str = "") -> list[Any]:
    """Read the entries of a feed up to the one that passes the test."""
    connection = HTTPConnection(urlsplit(site.url).netloc, timeout=30)
    path = session if "/feed" in session else f"{session}/feed"
    connection.request("GET", path, headers={"Last-Event-ID": since} if since else {})
    entries = []
    with closing(connection), connection.getresponse() as response:
        for line in response:
            if line.startswith(b"data: "):
                entries.append(json.loads(line[6:]))
                if until(entries[-1]):
                    return entries
    raise AssertionError(entries)


class FakeEnvironments(ExecutionEnvironments):
    """Execution environments without a process; every invocation has the same result."""

    def __init__(self, result: dict[str, Any] | Exception) -> None:
        super().__init__("no_module.lambda_handler")
        self._result = result

    def prepare(self, *_: Any) -> None:
        pass

    def invoke(self, *_: Any) -> dict[str, Any]:
        if isinstance(self._result, Exception):
            raise self._result
        return {"log": [], **self._result}


class StartingEnvironments(FakeEnvironments):
    """Execution environments that start a chat contact when a flow invokes the function."""

    def __init__(self, start: Callable[[], Any], log: Sequence[str] = ()) -> None:
        response = {"Status": "STARTED", "Reason": "", "ContactId": "text-1"}
        super().__init__({"response": response, "log": list(log)})
        self._start = start

    def invoke(self, _variables: Any, event: Any, _seconds: float) -> dict[str, Any]:
        if "Details" in event:
            self._start()
        return super().invoke()


def read_entries(session: Session, until: Callable[[Any], bool], since: int = 0) -> list[Any]:
    """Read the feed of a session in this process up to the entry that passes the test."""
    entries: list[Any] = []
    for entry in session.feed.since(since):
        assert entry, entries
        entries.append(entry[1])
        if until(entries[-1]):
            break
    return entries


def post_command(site: Simulator, session: str, command: str, body: Any) -> None:
    """Send a command and request steps until the flow waits, as the page does."""
    assert send(site, "POST", f"{session}/{command}", body)[0] == 202
    for _ in range(MAX_STEPS):
        send(site, "POST", f"{session}/next", {})


def run_command(session: Session, command: str, body: Any) -> None:
    """Run a command of a session in this process, and take steps until the flow waits."""
    session.do(command, body)
    for _ in range(MAX_STEPS):
        session.do("next", {})


def is_waiting_for(expects: str) -> Callable[[Any], bool]:
    return lambda entry: (entry["kind"], entry.get("expects")) == ("waiting", expects)


def connect_client(access_key: str, simulator: Simulator, **more: Any) -> Any:
    return boto3.client(
        "connect",
        endpoint_url=simulator.url,
        aws_access_key_id=access_key,
        aws_secret_access_key="test",
        region_name=demo.REGION,
        **more,
    )
