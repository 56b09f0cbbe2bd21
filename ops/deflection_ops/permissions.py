"""List the IAM permissions that the credentials of a command need."""

from collections.abc import Mapping

DEPLOY = (
    "cloudformation:DescribeStacks",
    "connect:DescribeInstance",
    "connect:DescribePhoneNumber",
    "connect:DescribeQueue",
    "connect:ListInstances",
    "connect:ListPhoneNumbersV2",
    "connect:ListQueues",
    "sms-voice:DescribePhoneNumbers",
)
"""SAM needs more: the permissions to create the resources of the template."""
DOCTOR = (
    "cloudformation:DescribeStackResources",
    "cloudformation:DescribeStacks",
    "cloudwatch:GetMetricStatistics",
    "connect:DescribeContactFlow",
    "connect:DescribeContactFlowModule",
    "connect:DescribeInstance",
    "connect:DescribePhoneNumber",
    "connect:DescribeQueue",
    "connect:ListLambdaFunctions",
    "lambda:GetEventSourceMapping",
    "lambda:GetFunctionConfiguration",
    "lambda:GetPolicy",
    "lambda:InvokeFunction",
    "sms-voice:DescribeAccountAttributes",
    "sms-voice:DescribeOptOutLists",
    "sms-voice:DescribePhoneNumbers",
    "sms-voice:DescribeSpendLimits",
    "sqs:GetQueueAttributes",
    "ssm:GetParameter",
    "wisdom:GetMessageTemplate",
)
SMOKE = (
    "connect:DescribeContact",
    "connect:GetContactAttributes",
    "connect:GetTestCaseExecutionSummary",
    "connect:ListTestCaseExecutionRecords",
    "connect:StartTestCaseExecution",
    "connect:StopContact",
    "connect:StopTestCaseExecution",
    "sms-voice:DescribeOptedOutNumbers",
)
"""Those of the doctor, whose checks run first, are needed too."""
COMMANDS: Mapping[str, tuple[str, ...]] = {
    "deploy": DEPLOY,
    "doctor": DOCTOR,
    "report": ("cloudwatch:GetMetricData",),
    "smoke": tuple(sorted(DOCTOR + SMOKE)),
}
