"""Which requests of a browser the simulator accepts."""

from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection

import pytest

from connect_simulator import Simulator

BROWSER = {"User-Agent": "Mozilla/5.0", "Accept-Language": "en"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://attacker.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Host": "attacker.example:5005", "Origin": "http://attacker.example:5005"},
        {"Host": "attacker.example:5005", **BROWSER},
        {"Host": "attacker.example:5005", "User-Agent": "curl", "Accept-Language": ""},
        {"Host": "attacker.example:5005", "Sec-Fetch-Mode": "cors"},
        {"Host": "127.0.0.1.attacker.example:5005", **BROWSER},
    ],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/moto-api/reset"),
        ("OPTIONS", "/moto-api/reset"),
        ("GET", "/moto-api/data.json"),
        ("GET", "/simulator/contacts"),
        ("GET", "/simulator/requests"),
        ("POST", "/simulator/reset"),
        ("GET", "/?Action=ListQueues"),
    ],
)
def test_request_of_another_web_page_is_rejected(
    simulator: Simulator, method: str, path: str, headers: dict[str, str]
) -> None:
    status, result = _asked(simulator, method, path, headers)

    assert status == HTTPStatus.FORBIDDEN
    assert "Access-Control-Allow-Origin" not in result


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Host": "host.docker.internal:5005"},
        {"Host": "host.docker.internal:5005", "Sec-Fetch-Mode": "cors", "Accept-Language": "*"},
        {"Host": "simulator:5005", "Accept-Language": "*"},
        {"Host": "build.example.com:5005", "User-Agent": "curl/8.14.1", "Accept": "*/*"},
        {"Host": "localhost:5005", **BROWSER},
        {"Host": "[::1]:5005", **BROWSER},
    ],
)
def test_programs_and_the_address_bar_are_accepted(simulator: Simulator, headers: dict[str, str]) -> None:
    for method, path in (("GET", "/simulator/contacts"), ("POST", "/moto-api/reset")):
        status, result = _asked(simulator, method, path, headers)

        assert status == HTTPStatus.OK
        assert "Access-Control-Allow-Origin" not in result


def _asked(simulator: Simulator, method: str, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str]]:
    with closing(HTTPConnection(simulator.url.removeprefix("http://"), timeout=10)) as connection:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, dict(answer.headers)
