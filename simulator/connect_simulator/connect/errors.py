"""The errors of Amazon Connect, as its service model declares them."""

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
    """An error that boto3 raises as the modeled exception of the same name.

    As in Connect's rest-json protocol, the header x-amzn-errortype has the name and the member Message has the text.
    """

    def __init__(self, name: str, message: str) -> None:
        super().__init__(name, message)
        self.code = STATUS[name]
        self.description = json.dumps({"Message": message})
