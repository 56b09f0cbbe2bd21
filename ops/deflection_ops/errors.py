"""Errors of calls to AWS; each message is one sentence without personal data."""

from typing import ClassVar

LOG_IN = "Log in to AWS, or give PROFILE= and REGION=; `aws configure list-profiles` lists the profiles."


class AwsError(Exception):
    """
    A call to AWS failed.

    Attributes:
        code: The code of the finding that reports it.
        cure: The action that solves the problem.
    """

    code: ClassVar[str] = "AWS_ERROR"
    cure: str = "Run the command again in a minute."


class SetupError(AwsError):
    """The credentials, the Region or the endpoint cannot be used, so every call fails."""

    code = "SETUP_INVALID"

    def __init__(self, message: str, cure: str = LOG_IN) -> None:
        super().__init__(message)
        self.cure = cure


class LostAnswerError(AwsError):
    """AWS may have completed the call, but its response did not arrive."""

    code = "ANSWER_LOST"


class PermissionMissingError(AwsError):
    """The credentials lack a permission; the message names it."""

    code = "PERMISSION_MISSING"
    cure = "Add that permission, or ask a colleague who has it to run the command."


class InvocationThrottledError(AwsError):
    """Lambda did not run the function: too many requests, or a reserved concurrency of zero."""

    code = "INVOCATION_THROTTLED"
    cure = (
        "Run the command again in a minute. If the error stays, somebody may have stopped the function "
        "(docs/operations.md#stop-all-messages-now), or other functions use all of the account's concurrency."
    )


class NotFoundError(AwsError):
    """
    The resource does not exist.

    Attributes:
        aws_code: The error code of the service.
        resource_type: The type of the missing resource; only End User Messaging names it.
    """

    code = "NOT_FOUND"

    def __init__(self, aws_code: str, resource_type: str = "") -> None:
        super().__init__(f"AWS answered {aws_code}.")
        self.aws_code = aws_code
        self.resource_type = resource_type
