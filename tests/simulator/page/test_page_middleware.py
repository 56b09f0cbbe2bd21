"""The page's own endpoints."""

from typing import Any

import boto3
import pytest

from connect_simulator import Simulator, demo
from page_client import ROOT, send


def test_page_is_at_the_root_with_a_strict_content_policy(site: Simulator) -> None:
    status, page, headers = send(site, "GET", "/")

    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert b"<h1>A call continues by SMS</h1>" in page
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert b" style=" not in page
    assert b"<script>" not in page


def test_signed_root_request_goes_to_s3(site: Simulator) -> None:
    s3 = boto3.client(
        "s3", endpoint_url=site.url, aws_access_key_id="test", aws_secret_access_key="test", region_name=demo.REGION
    )

    assert s3.list_buckets()["Buckets"] == []


def test_every_asset_is_served(site: Simulator) -> None:
    assets = ROOT / "simulator" / "connect_simulator" / "page" / "assets"

    for file in assets.iterdir():
        assert send(site, "GET", f"/simulator/page/{file.name}")[1] == file.read_bytes()


@pytest.mark.parametrize(
    "path",
    ["../page_middleware.py", "..%2fpage_middleware.py", "assets/main.js", "/etc/passwd", "", "main.js/", "nothing.js"],
)
def test_other_paths_are_not_found(path: str, site: Simulator) -> None:
    assert send(site, "GET", f"/simulator/page/{path}")[0] == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "attacker.example:5005"},
        {"Host": "attacker.example", "Origin": "http://attacker.example"},
        {"Origin": "http://attacker.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Content_Type": "text/plain"},
    ],
)
def test_other_site_cannot_start_a_session(headers: dict[str, str], site: Simulator) -> None:
    assert send(site, "POST", "/simulator/page/sessions", {}, **headers)[0] == 403


def test_foreign_host_name_is_rejected(site: Simulator) -> None:
    assert send(site, "GET", "/", Host="attacker.example")[0] == 403
    assert send(site, "GET", "/", Host="localhost:5005")[0] == 200


def test_other_site_cannot_use_the_control_endpoints(site: Simulator) -> None:
    assert send(site, "POST", "/simulator/reset", {}, Origin="http://attacker.example")[0] == 403
    assert send(site, "POST", "/simulator/reset", {}, Origin=site.url)[0] == 200
    assert send(site, "POST", "/simulator/reset", {})[0] == 200


@pytest.mark.parametrize(
    ("command", "body", "status", "field"),
    [
        ("dance", {}, 404, None),
        ("call", {"number": "+1 425; drop"}, 400, "number"),
        ("call", {"number": 5}, 400, "number"),
        ("call", {"language": 5}, 400, "language"),
        ("call", {"attributes": ["a"]}, 400, "attributes"),
        ("call", {"attributes": {" ": "a"}}, 400, "attributes"),
        ("choose", {"parameters": {"a": 5}}, 400, "parameters"),
        ("choose", {"settings": {"LD_PRELOAD": "x"}}, 400, "LD_PRELOAD"),
        ("choose", {"settings": {"PYTHONPATH": "x"}}, 400, "PYTHONPATH"),
        ("choose", {"settings": {"INITIAL_MESSAGE": "x" * 5000}}, 400, "INITIAL_MESSAGE"),
        ("choose", {"settings": {"MESSAGES_PARAMETER": "/etc/passwd"}}, 400, "MESSAGES_PARAMETER"),
        ("choose", {"settings": {"ROUTES_PARAMETER": "examples/../../../../../etc/passwd"}}, 400, "ROUTES_PARAMETER"),
        ("choose", {"settings": {"MESSAGES_PARAMETER": "pyproject.toml"}}, 400, "MESSAGES_PARAMETER"),
        ("choose", {"fault": "flood"}, 400, ""),
        ("choose", {"fault": "quota", "times": 0}, 400, "times"),
    ],
)
def test_invalid_command_is_rejected(
    command: str,
    body: Any,
    status: int,
    field: str | None,
    site: Simulator,
    session: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)

    answered, entries, _ = send(site, "POST", f"{session}/{command}", body)

    assert (answered, entries.get("field")) == (status, field)
    assert entries["message"]
