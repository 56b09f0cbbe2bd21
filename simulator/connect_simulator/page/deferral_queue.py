"""The queue of deferred messages, and how Lambda reads it: receive records, invoke the function, delete records."""

from typing import Any, Final

from connect_simulator import demo

MAX_RECORDS: Final = 10


def receive_records(sqs: Any, url: str) -> dict[str, Any]:
    """Receive records and build the event that SQS gives to a function.

    A record that is not deleted becomes visible again after one second.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
    """
    received = sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=MAX_RECORDS, VisibilityTimeout=1, MessageSystemAttributeNames=["All"]
    )
    arn = f"arn:aws:sqs:{demo.REGION}:{demo.ACCOUNT}:{url.rpartition('/')[2]}"
    return {"Records": [_record(message, arn) for message in received.get("Messages", ())]}


def delete_handled(sqs: Any, url: str, event: dict[str, Any], result: dict[str, Any]) -> None:
    """Delete the records that the function did not report as failed; without a response, delete none."""
    if "response" not in result:
        return
    failed = {failure["itemIdentifier"] for failure in (result["response"] or {}).get("batchItemFailures", ())}
    for record in event["Records"]:
        if record["messageId"] not in failed:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=record["receiptHandle"])


def size(sqs: Any, url: str) -> int:
    """Return the number of records on the queue, visible or not."""
    names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(names))["Attributes"]
    return sum(int(attributes[name]) for name in names)


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
