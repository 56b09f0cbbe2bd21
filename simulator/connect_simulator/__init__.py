"""moto's AWS, plus the Amazon Connect operations that it lacks, with Connect's limits and with faults on demand.

Importing it adds to moto the operations of contacts, flows and numbers, and the flows of CloudFormation templates, for
`mock_aws` and for servers alike. `Simulator` is a server of its own: it serves everything that moto knows, AWS End User
Messaging SMS, message templates, and Invoke for functions that run in its process.

    with Simulator() as simulator:
        connect = boto3.client("connect", endpoint_url=simulator.url)
        simulator.faults.add(Fault("StartOutboundChatContact", "throttling"))

`connect_simulator.flows` plays flows, step by step, for a contact that is simulated too.

The data of a call goes: faults -> operations -> rules -> world.
What AWS does not document is marked beside the code by a comment that begins with `Assumption:`.
"""

import os

# Moto reads it when it is imported; without it every web page may read what moto answers.
# https://docs.getmoto.org/en/latest/docs/configuration/environment_variables.html
os.environ.setdefault("MOTO_DISABLE_GLOBAL_CORS", "true")

from connect_simulator import demo
from connect_simulator.connect.cloudformation import ContactFlow
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
    "World",
    "demo",
    "world_for",
]

add_operations_to_moto()
