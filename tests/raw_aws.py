"""
Simulate AWS with raw sockets, so each byte of a response can be late, missing or wrong.

It shares no code with the simulator. Tests check the started contacts, the queues and the items in its small account,
not the responses that the function received.
"""

import copy
import gzip
import json
import re
import socket
import struct
import uuid
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event, Lock, Thread
from typing import Any, Final

type Step = bytes | float | Event
"""Bytes to send, seconds to wait, or an event to wait for."""

type Spoil = Callable[[bytes], list[Step]]
"""Turns the body of a right response into the bytes to send, with the headers."""

STATUS_LINE: Final = b"HTTP/1.1 200 OK\r\n"
JSON_TYPE: Final = b"Content-Type: application/x-amz-json-1.0\r\n"
CLOSE: Final = b""
"""A step that closes the connection."""


def head(body: bytes, status: int = 200, headers: bytes = b"") -> bytes:
    """Build the status line and the headers of a response with this body."""
    return b"HTTP/1.1 %d Any\r\n%s%sContent-Length: %d\r\n\r\n" % (status, JSON_TYPE, headers, len(body))


ENDPOINTS: Final = {
    "AWS_ENDPOINT_URL_CONNECT": ("DescribeContact", "StartOutboundChatContact"),
    "AWS_ENDPOINT_URL_DYNAMODB": ("GetItem",),
    "AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2": ("DescribeOptedOutNumbers", "CarrierLookup"),
    "AWS_ENDPOINT_URL_SQS": ("SendMessage", "ChangeMessageVisibility", "ChangeMessageVisibilityBatch"),
    "AWS_ENDPOINT_URL_SSM": ("GetParameter",),
}
"""The operations that can be the first to use each service's endpoint, by the SDK's variable."""


def framed(body: bytes, status: int = 200, headers: bytes = b"") -> list[Step]:
    """Build a complete response."""
    return [head(body, status, headers) + body]


@dataclass(frozen=True)
class Fault:
    """
    A fault of one call.

    Attributes:
        name: The name in reports.
        spoil: Makes the bytes that are sent.
        works: Whether the service still performs the operation.
    """

    name: str
    spoil: Spoil
    works: bool = True


def answering(body: Any, status: int = 200, headers: bytes = b"") -> Spoil:
    """Answer with another body than the right one, as JSON unless it is bytes."""
    raw = body if isinstance(body, bytes) else json.dumps(body, default=datetime.timestamp).encode()
    return lambda _right: framed(raw, status, headers)


def changed(change: Callable[[Any], Any]) -> Spoil:
    """Answer with the right body after a change."""
    return lambda right: framed(json.dumps(change(json.loads(right))).encode())


NEVER: Final = 30.0
"""Seconds; longer than the deadline of any call."""


def _slowly(sent: bytes, seconds: float) -> list[Step]:
    return [step for byte in sent for step in (bytes([byte]), seconds)]


NOTHING: Final[Mapping[str, Spoil]] = {
    "closed before an answer": lambda _: [CLOSE],
    "closed after the headers": lambda right: [head(right), CLOSE],
    "closed after headers without a length": lambda _: [STATUS_LINE + JSON_TYPE + b"\r\n", CLOSE],
    "closed within the headers": lambda _: [STATUS_LINE + JSON_TYPE[:9], CLOSE],
    "cut body": lambda right: [head(right) + right[: len(right) // 2], CLOSE],
    "cut chunks": lambda right: [
        STATUS_LINE + JSON_TYPE + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % (len(right) + 9) + right,
        CLOSE,
    ],
    "chunks of no size": lambda right: [
        STATUS_LINE + JSON_TYPE + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n" + right,
        CLOSE,
    ],
    "gzip": lambda right: framed(gzip.compress(right), headers=b"Content-Encoding: gzip\r\n"),
    "garbage": lambda _: [b"\x00\xff\xfe not HTTP at all\r\n\r\n", CLOSE],
    "garbage as status": lambda right: [b"HTTP/1.1 OK 200\r\n\r\n" + right, CLOSE],
    "endless header": lambda _: [STATUS_LINE + b"X: " + b"x" * 100_000 + b"\r\n\r\n", CLOSE],
}
"""Invalid responses without a delay; they do not show whether the service performed the operation."""

BODIES: Final[Mapping[str, bytes]] = {
    "empty body": b"",
    "null": b"null",
    "list": b"[]",
    "list of an object": b'[{"ContactId": "x"}]',
    "text": b'"ContactId"',
    "number": b"7",
    "true": b"true",
    "empty object": b"{}",
    "other object": b'{"Unexpected": {"Answer": "yes"}}',
    "error with 200": b'{"__type": "InternalServerException", "message": "failed"}',
    "page": b"<html><body>Welcome to the guest network</body></html>",
    "not UTF-8": b'{"ContactId": "\xe9"}',
    "half an object": b'{"ContactId": "',
    "deep": b"[" * 100_000,
    "two objects": b"{}{}",
    "blanks": b" \r\n ",
    "huge number": b'{"ContactId": 1e999}',
}
"""Bodies of a 200 that are wrong for every operation."""

SLOW: Final[Mapping[str, Spoil]] = {
    "nothing comes": lambda _: [NEVER],
    "body never comes": lambda right: [head(right), NEVER],
    "last byte never comes": lambda right: [head(right) + right[:-1], NEVER],
    "body trickles": lambda right: [head(right), *_slowly(right, NEVER / max(len(right), 1))],
    "headers trickle": lambda right: [STATUS_LINE, *_slowly(JSON_TYPE, 1.0), head(right) + right],
    "endless headers": lambda _: [STATUS_LINE, *[step for n in range(300) for step in (b"X-%d: x\r\n" % n, 0.1)]],
    "continues for ever": lambda _: [step for _ in range(300) for step in (b"HTTP/1.1 100 Continue\r\n\r\n", 0.1)],
}
"""Responses that exceed every time limit."""

WRONG: Final[tuple[Any, ...]] = (None, True, 7, "", " ", "x", [], [None], ["x"], {}, {"x": "x"})
STATUSES: Final = (400, 403, 404, 409, 429, 500, 503)
ERRORS: Final[Mapping[str, Any]] = {
    **{f"__type {wrong!r}": {"__type": wrong, "message": "failed"} for wrong in WRONG},
    **{f"message {wrong!r}": {"__type": "AnyException", "message": wrong, "Message": wrong} for wrong in WRONG},
    **{f"code {wrong!r}": {"code": wrong, "Code": wrong} for wrong in WRONG},
    **{
        f"members {wrong!r}": {"__type": kind, "Fields": wrong, "ResourceType": wrong, "Reason": wrong, "Item": wrong}
        for wrong in WRONG
        for kind in ("ValidationException", "ResourceNotFoundException", "ConditionalCheckFailedException")
    },
    **{
        f"fields {wrong!r}": {"__type": "ValidationException", "Fields": [wrong, {"Name": wrong, "Message": wrong}]}
        for wrong in WRONG
    },
    "list": [],
    "empty": b"",
    "page": b"<html>503</html>",
    "null": None,
    "text": "failed",
}
"""Bodies of errors with wrong members."""


def mutations(answer: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Yield each member of an answer, as missing (`...`) and with each wrong value."""
    members: Any = answer.items() if isinstance(answer, dict) else enumerate(answer) if isinstance(answer, list) else ()
    for name, value in members:
        where = (*path, name)
        yield where, ...
        for wrong in WRONG:
            if wrong != value or type(wrong) is not type(value):
                yield where, wrong
        yield from mutations(value, where)


def mutated(answer: Any, path: tuple[str | int, ...], value: Any) -> Any:
    """Replace or remove one member of an answer; do nothing if the member does not exist."""
    whole = copy.deepcopy(answer)
    *outer, name = path
    at = whole
    with suppress(IndexError, KeyError):
        for step in outer:
            at = at[step]
        if value is ...:
            del at[name]
        else:
            at[name] = value
    return whole


@dataclass
class Account:
    """
    The resources of the account.

    Attributes:
        started: The contact that each client token started.
        requests: The request of each contact.
        contacts: The contacts for DescribeContact.
        queues: The bodies on each queue.
        opted_out: The numbers that have opted out.
        lines: The number type that CarrierLookup returns.
        parameters: The SSM parameters.
        items: The items of the table.
    """

    started: dict[str, str] = field(default_factory=dict)
    requests: dict[str, Any] = field(default_factory=dict)
    contacts: dict[str, Any] = field(default_factory=dict)
    queues: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    opted_out: set[str] = field(default_factory=set)
    lines: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    items: dict[str, Any] = field(default_factory=dict)

    def answer(self, operation: str, asked: dict[str, Any]) -> dict[str, Any] | None:
        """Perform an operation and answer as AWS documents it."""
        match operation:
            case "StartOutboundChatContact":
                contact_id = self.started.setdefault(asked["ClientToken"], str(uuid.uuid4()))
                self.requests[contact_id] = asked
                return {"ContactId": contact_id}
            case "DescribeContact":
                return {"Contact": self.contacts[asked["ContactId"]]}
            case "DescribeOptedOutNumbers":
                listed = [
                    {"OptedOutNumber": number, "OptedOutTimestamp": 1795342000.5, "EndUserOptedOut": True}
                    for number in asked["OptedOutNumbers"]
                    if number in self.opted_out
                ]
                name = asked["OptOutListName"]
                return {"OptOutListArn": f"arn:{name}", "OptOutListName": name, "OptedOutNumbers": listed}
            case "CarrierLookup":
                number = asked["PhoneNumber"]
                return {"E164PhoneNumber": number, "PhoneNumberType": self.lines.get(number, "MOBILE"), "Country": "US"}
            case "GetParameter":
                name = asked["Name"]
                return {"Parameter": {"Name": name, "Type": "String", "Value": self.parameters[name], "Version": 1}}
            case "SendMessage":
                self.queues[asked["QueueUrl"]].append(asked["MessageBody"])
                return {"MD5OfMessageBody": "0" * 32, "MessageId": str(uuid.uuid4()), "SequenceNumber": "18849496"}
            case "ChangeMessageVisibility":
                return None
            case "ChangeMessageVisibilityBatch":
                return {"Successful": [{"Id": entry["Id"]} for entry in asked["Entries"]]}
            case _:
                return self._of_table(operation, asked)

    def _of_table(self, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        key = json.dumps(asked.get("Key") or {"id": asked["Item"]["id"]}, sort_keys=True)
        answer: dict[str, Any] = {}
        if asked.get("ReturnConsumedCapacity") == "TOTAL":
            answer = {"ConsumedCapacity": {"TableName": asked["TableName"], "CapacityUnits": 1.0}}
        match operation:
            case "GetItem" if key in self.items:
                answer["Item"] = self.items[key]
            case "PutItem":
                self.items[key] = asked["Item"]
        return answer


class RawAws:
    """
    A simulated AWS that listens on a port.

    Each call gets the next fault for its operation. The fault `stays` applies to all calls after them.
    """

    def __init__(self) -> None:
        self.account = Account()
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self._called: dict[str, Event] = defaultdict(Event)
        self._armed: dict[str, deque[Fault]] = defaultdict(deque)
        self._staying: dict[str, Fault] = {}
        self._lock = Lock()
        self._ends = Event()
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._full = socket.create_server(("127.0.0.1", 0), backlog=0)
        self._filling = [_begin_to_connect(self._full.getsockname()) for _ in range(4)]
        self.url_that_never_accepts = f"http://127.0.0.1:{self._full.getsockname()[1]}"
        Thread(target=self._accept, daemon=True).start()

    def arm(self, operation: str, *faults: Fault, stays: Fault | None = None) -> None:
        """Set the faults of the next calls of an operation, one each, and the fault of all later calls."""
        self._armed[operation].extend(faults)
        if stays:
            self._staying[operation] = stays

    def disarm(self) -> None:
        """Remove all faults and end the responses that are under way."""
        self._armed.clear()
        self._staying.clear()
        self._ends.set()
        self._ends = Event()

    def reset(self) -> None:
        """Remove all faults, calls and resources."""
        self.disarm()
        self.account = Account()
        self.calls.clear()
        self._called.clear()

    def close(self) -> None:
        """Close all sockets."""
        self.disarm()
        for each in (self._listening, self._full, *self._filling):
            each.close()

    def wait_for(self, operation: str) -> None:
        """Wait until an operation is called; it need not have finished."""
        assert self._called[operation].wait(NEVER)

    def asked(self, operation: str) -> list[dict[str, Any]]:
        """Return the requests of an operation, in order."""
        return [asked for name, asked in self.calls if name == operation]

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with suppress(OSError, ValueError), connection, connection.makefile("rb") as stream:
            while line := stream.readline():
                method, target, _ = line.decode().split(" ", 2)
                headers = dict(_headers(stream))
                body = stream.read(int(headers.get("content-length", "0")))
                steps, ends = self._answer(method, target, headers, body)
                for step in steps:
                    match step:
                        case b"":
                            return
                        case bytes():
                            connection.sendall(step)
                        case float():
                            if ends.wait(step):
                                return
                        case Event():
                            step.wait(NEVER)

    def _answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> tuple[list[Step], Event]:
        operation, asked = _operation(method, target, headers, body)
        with self._lock:
            self.calls.append((operation, asked))
            self._called[operation].set()
            armed = self._armed[operation]
            fault = armed.popleft() if armed else self._staying.get(operation)
            account = self.account if fault is None or fault.works else copy.deepcopy(self.account)
            answer = account.answer(operation, asked)
            ends = self._ends
        right = b"" if answer is None else json.dumps(answer, default=datetime.timestamp).encode()
        return (fault.spoil(right) if fault else framed(right)), ends


def _headers(stream: Any) -> Iterator[tuple[str, str]]:
    while (line := stream.readline().decode("latin-1").strip()) != "":
        name, _, value = line.partition(":")
        yield name.lower(), value.strip()


def _operation(method: str, target: str, headers: Mapping[str, str], body: bytes) -> tuple[str, dict[str, Any]]:
    asked = json.loads(body) if body else {}
    if "x-amz-target" in headers:
        return headers["x-amz-target"].rpartition(".")[2], asked
    if (method, target) == ("PUT", "/contact/outbound-chat"):
        return "StartOutboundChatContact", asked
    described = re.fullmatch(r"/contacts/([^/]+)/([^/]+)", target)
    if method != "GET" or described is None:
        raise ValueError(target)
    return "DescribeContact", {"InstanceId": described[1], "ContactId": described[2]}


def _begin_to_connect(address: Any) -> socket.socket:
    """Open a connection that is never accepted; a few of them fill the backlog of a port."""
    connection = socket.socket()
    connection.settimeout(0)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.connect_ex(address)
    return connection


@contextmanager
def raw_aws() -> Iterator[RawAws]:
    """Run a simulated AWS for the block."""
    double = RawAws()
    try:
        yield double
    finally:
        double.close()
