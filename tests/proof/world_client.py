"""Call the simulated Connect without HTTP, as an SDK client."""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from builders import dated
from connect_simulator.connect.errors import STATUS, ConnectError
from connect_simulator.connect.rules import check_start_outbound_chat_contact
from connect_simulator.connect.world import World


class WorldClient:
    """
    A client that calls the simulator as boto3's client calls Connect.

    `refused` lists the invalid requests; the function must find those errors before it calls Connect.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.refused: list[str] = []

    def start_outbound_chat_contact(self, **request: Any) -> Mapping[str, Any]:
        try:
            check_start_outbound_chat_contact(request)
        except ConnectError as error:
            self.refused.append(str(error.description))
        try:
            return {"ContactId": self.world.start_outbound_chat_contact(request)}
        except ConnectError as error:
            raise self._told(error, "StartOutboundChatContact") from error

    def describe_contact(self, **request: Any) -> Mapping[str, Any]:
        try:
            return {"Contact": dated(self.world.describe_contact(request["InstanceId"], request["ContactId"]))}
        except ConnectError as error:
            raise self._told(error, "DescribeContact") from error

    def _told(self, error: ConnectError, operation: str) -> ClientError:
        name = str(error.error_type)
        response = {"Error": {"Code": name}, "ResponseMetadata": {"HTTPStatusCode": STATUS[name]}}
        return ClientError(response, operation)
