"""The operation of a request to AWS."""

import pytest

from connect_simulator.aws.signed_request import operation_name


@pytest.mark.parametrize(
    "environ",
    [
        {"REQUEST_METHOD": "GET", "PATH_INFO": "/"},
        {"HTTP_AUTHORIZATION": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/unheard-of/aws4_request"},
        {"HTTP_AUTHORIZATION": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/connect/aws4_request"},
    ],
)
def test_request_without_a_known_operation_has_an_empty_name(environ: dict[str, str]) -> None:
    assert operation_name({"REQUEST_METHOD": "GET", "PATH_INFO": "/nowhere", "HTTP_HOST": "h"} | environ) == ""
