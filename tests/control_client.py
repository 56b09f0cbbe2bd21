"""Send requests to the simulator's own endpoints."""

import json
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection
from typing import Any


def call(url: str, method: str, name: str, body: object = None) -> Any:
    """Send a request that must succeed, and return the response."""
    status, response = respond(url, method, name, body)
    assert status == HTTPStatus.OK
    return response


def respond(url: str, method: str, name: str, body: object = None) -> tuple[int, Any]:
    """Send a request and return the status and the response."""
    with closing(connect_to(url)) as connection:
        connection.request(method, f"/simulator/{name}", None if body is None else json.dumps(body))
        response = connection.getresponse()
        return response.status, json.load(response)


def connect_to(url: str) -> HTTPConnection:
    """Return a connection to the simulator."""
    return HTTPConnection(url.removeprefix("http://"), timeout=5)
