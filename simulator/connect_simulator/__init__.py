"""Moto's AWS with the Amazon Connect operations that moto lacks, Connect's limits, and faults on demand.

Importing this package adds the operations to moto, for `mock_aws` and for servers alike. `Simulator` is a server of its
own. It also serves AWS End User Messaging SMS, message templates, and Invoke for handlers in the same process.

    with Simulator() as simulator:
        connect = boto3.client("connect", endpoint_url=simulator.url)
        simulator.faults.add(Fault("StartOutboundChatContact", "throttling"))

A request passes these packages in order: `server`, `faults`, then the service (`lambda_runtime`, `sms` or `connect`).
`flows` plays a flow block by block, `scenario` prepares what an event needs, `page` shows it all in a browser.

A comment that begins with `Assumption:` marks behavior that AWS does not document.
"""

import os

# Moto reads this variable when it is imported. Without it, every web page may read moto's responses.
# https://docs.getmoto.org/en/latest/docs/configuration/environment_variables.html
os.environ.setdefault("MOTO_DISABLE_GLOBAL_CORS", "true")

from connect_simulator import demo
from connect_simulator.connect import test_case_operations
from connect_simulator.connect.cloudformation import ContactFlow
from connect_simulator.connect.cloudformation_test_cases import TestCase
from connect_simulator.connect.operations import add_operations_to_moto, world_for
from connect_simulator.connect.quota import Quota
from connect_simulator.connect.world import ReceivedRequest, World
from connect_simulator.faults import Fault, FaultKind, Faults
from connect_simulator.server import Simulator

__all__ = [
    "ContactFlow",
    "Fault",
    "FaultKind",
    "Faults",
    "Quota",
    "ReceivedRequest",
    "Simulator",
    "TestCase",
    "World",
    "demo",
    "world_for",
]

add_operations_to_moto()
add_operations_to_moto(test_case_operations.OPERATIONS, test_case_operations.PATHS)
