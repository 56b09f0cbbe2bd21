"""The queue of what could not be sent: what Lambda does with it, which takes records and gives them to the function."""

from typing import Any, Final

from connect_simulator import demo

MOST: Final = 10


def received(sqs: Any, url: str) -> dict[str, Any]:
    """
    The event of the records that are there, as SQS gives them to a function; those that stay are there again soon.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
    """
    answer = sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=MOST, VisibilityTimeout=1, MessageSystemAttributeNames=["All"]
    )
    arn = f"arn:aws:sqs:{demo.REGION}:{demo.ACCOUNT}:{url.rpartition('/')[2]}"
    return {"Records": [_record(message, arn) for message in answer.get("Messages", ())]}


def delete_done(sqs: Any, url: str, event: dict[str, Any], told: dict[str, Any]) -> None:
    """Deletes those that the function did not report as failed, and none when it did not answer."""
    if "answer" not in told:
        return
    failed = {failure["itemIdentifier"] for failure in (told["answer"] or {}).get("batchItemFailures", ())}
    for record in event["Records"]:
        if record["messageId"] not in failed:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=record["receiptHandle"])


def size(sqs: Any, url: str) -> int:
    """How many are on the queue, whether one can take them now or not."""
    names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(names))["Attributes"]
    return sum(int(told[name]) for name in names)


def _record(message: dict[str, Any], arn: str) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": {},
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": demo.REGION,
    }
