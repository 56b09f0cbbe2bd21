"""The simulator as a server."""

import re
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from typing import Any

import boto3
import pytest

from connect_simulator import Simulator, demo
from control_client import connect_to

type RequestWith = Callable[..., dict[str, Any]]


CREDENTIALS = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": demo.REGION}


def test_other_services_of_moto_are_served(client_of: Callable[..., Any]) -> None:
    s3 = client_of("s3", s3={"addressing_style": "path"})
    s3.create_bucket(Bucket="calls")
    s3.put_object(Bucket="calls", Key="call-1", Body=b"text")
    assert s3.head_object(Bucket="calls", Key="call-1")["ContentLength"] == len(b"text")
    assert s3.get_object(Bucket="calls", Key="call-1")["Body"].read() == b"text"
    s3.delete_object(Bucket="calls", Key="call-1")
    assert s3.list_objects_v2(Bucket="calls")["KeyCount"] == 0


def test_concurrent_calls_with_one_token_start_one_contact(
    simulator: Simulator, client_of: Callable[..., Any], request_with: RequestWith
) -> None:
    connect = client_of("connect", max_pool_connections=8)
    request = request_with(ClientToken="token")
    with ThreadPoolExecutor(8) as pool:
        started = set(pool.map(lambda _: connect.start_outbound_chat_contact(**request)["ContactId"], range(40)))
    assert started == set(simulator.world.contacts)
    assert len(started) == 1


def test_stopped_simulator_can_start_again() -> None:
    stopped = Simulator()
    stopped.stop()
    with pytest.raises(RuntimeError, match="start"):
        _ = stopped.url
    with Simulator() as simulator:
        url = simulator.url
        kept = connect_to(url)
        kept.request("GET", "/simulator/contacts")
        assert kept.getresponse().read() == b"[]"
    with closing(kept), pytest.raises(ConnectionError):
        _get(kept)
    with pytest.raises(ConnectionRefusedError):
        _get(connect_to(url))
    port = int(url.rpartition(":")[2])
    with Simulator(port=port) as again:
        assert again.url == url
        with pytest.raises(OSError, match="in use"):
            Simulator(port=port).start()


def _get(connection: HTTPConnection) -> None:
    connection.request("GET", "/simulator/contacts")
    connection.getresponse()


def _has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@pytest.mark.skipif(not _has_ipv6(), reason="this machine does not support IPv6")
def test_simulator_listens_on_an_ipv6_address(request_with: RequestWith) -> None:
    with Simulator("::1") as simulator:
        client = boto3.client("connect", endpoint_url=simulator.url, **CREDENTIALS)
        assert re.fullmatch(r"http://\[::1\]:\d+", simulator.url)
        assert client.start_outbound_chat_contact(**request_with())["ContactId"] in simulator.world.contacts
    with Simulator("::") as simulator:
        assert re.fullmatch(r"http://\[::1\]:\d+", simulator.url)
