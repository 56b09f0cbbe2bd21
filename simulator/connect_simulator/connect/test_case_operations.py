"""The operations of Connect that run test cases, for moto's responses."""

import json
from typing import Final
from urllib.parse import unquote

from moto.connect.responses import ConnectResponse

from connect_simulator.connect.operations import (
    MotoResponse,
    Operations,
    json_response,
    page_response,
    query_of,
    world_for,
)
from connect_simulator.connect.test_cases import TestCases

PATHS: Final[tuple[str, ...]] = (
    "{0}/test-cases/(?P<InstanceId>[^/]+)/(?P<TestCaseId>[^/]+)/start-execution$",
    "{0}/test-cases/(?P<InstanceId>[^/]+)/(?P<TestCaseId>[^/]+)/(?P<TestCaseExecutionId>[^/]+)/summary$",
    "{0}/test-cases/(?P<InstanceId>[^/]+)/(?P<TestCaseId>[^/]+)/(?P<TestCaseExecutionId>[^/]+)/records$",
    "{0}/test-cases/(?P<InstanceId>[^/]+)/(?P<TestCaseId>[^/]+)/(?P<TestCaseExecutionId>[^/]+)/stop-execution$",
)


def start_test_case_execution(self: ConnectResponse) -> MotoResponse:
    """Handle PUT /test-cases/{InstanceId}/{TestCaseId}/start-execution."""
    token = json.loads(self.body).get("ClientToken", "")
    return json_response(_test_cases(self).start(unquote(self._get_param("TestCaseId")), token))


def get_test_case_execution_summary(self: ConnectResponse) -> MotoResponse:
    """Handle GET /test-cases/{InstanceId}/{TestCaseId}/{TestCaseExecutionId}/summary."""
    return json_response(_test_cases(self).summary(self._get_param("TestCaseExecutionId")))


def list_test_case_execution_records(self: ConnectResponse) -> MotoResponse:
    """Handle GET /test-cases/{InstanceId}/{TestCaseId}/{TestCaseExecutionId}/records."""
    records = _test_cases(self).records(self._get_param("TestCaseExecutionId"))
    return page_response("ListTestCaseExecutionRecords", "ExecutionRecords", records, query_of(self))


def stop_test_case_execution(self: ConnectResponse) -> MotoResponse:
    """Handle POST /test-cases/{InstanceId}/{TestCaseId}/{TestCaseExecutionId}/stop-execution."""
    _test_cases(self).stop(self._get_param("TestCaseExecutionId"))
    return json_response({})


OPERATIONS: Final[Operations] = (
    start_test_case_execution,
    get_test_case_execution_summary,
    list_test_case_execution_records,
    stop_test_case_execution,
)


def _test_cases(self: ConnectResponse) -> TestCases:
    world = world_for(self.connect_backend)
    world.instance_arn(unquote(self._get_param("InstanceId")))
    return world.test_cases
