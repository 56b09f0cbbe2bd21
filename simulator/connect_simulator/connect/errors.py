"""The errors that Connect answers with, as its service model declares them."""

import json
from typing import Final

from moto.core.exceptions import JsonRESTError

STATUS: Final[dict[str, int]] = {
    "InvalidRequestException": 400,
    "AccessDeniedException": 403,
    "ResourceNotFoundException": 404,
    "ContactFlowNotPublishedException": 404,
    "ConflictException": 409,
    "ContactNotFoundException": 410,
    "LimitExceededException": 429,
    "ThrottlingException": 429,
    "InternalServiceException": 500,
}


class ConnectError(JsonRESTError):
    """A refusal that reaches boto3 as the modelled exception of the same name.

    Its name travels in the header x-amzn-errortype and its text in the member Message, as in Connect's rest-json.
    """

    def __init__(self, name: str, message: str) -> None:
        super().__init__(name, message)
        self.code = STATUS[name]
        self.description = json.dumps({"Message": message})
