"""Run the smoke test against the simulator, and read its report."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from connect_simulator import Fault
from deflection_ops import smoke
from deflection_ops.smoke_test.assumptions import ASSUMPTIONS
from deflection_ops.terminal import Terminal
from ops.stack import STACK, TO, DeployedStack

CALL = "0f7e1c9a-3b5d-4f6a-8c7b-9d0e1f2a3b4c"

CONFLICT = {"Status": "FAILED", "Reason": "CONFLICT", "Message": "AWS answered with 409."}
REFUSED = {"Status": "FAILED", "Reason": "REQUEST_REFUSED", "Message": "AWS answered with 400."}
DENIED = {"Status": "FAILED", "Reason": "ACCESS_DENIED", "Message": "AWS answered with 403."}
DEFERRED = {"Status": "DEFERRED", "Reason": "THROTTLED", "Message": "The message waits on the queue."}
THROTTLED = {"Status": "FAILED", "Reason": "THROTTLED", "Message": "AWS answered with 429."}
TIMED_OUT = {"Status": "FAILED", "Reason": "TIMED_OUT", "Message": "AWS did not respond in time."}
RECENT = {"Status": "DECLINED", "Reason": "RECENTLY_DEFLECTED"}
ERROR = {"Status": "ERROR", "Message": "The function raised Timeout; its log has the details."}


@dataclass(frozen=True)
class Result:
    """The report of one run, its exit status and what it wrote to stderr."""

    findings: list[dict[str, str]]
    judgements: dict[str, str]
    evidence: dict[str, str]
    status: int
    err: str

    @property
    def codes(self) -> list[tuple[str, str]]:
        """The name and code of each finding."""
        return [(finding["name"], finding["code"]) for finding in self.findings]

    def named(self, name: str) -> list[dict[str, str]]:
        return [finding for finding in self.findings if finding["name"] == name]

    def one(self, name: str) -> dict[str, str]:
        [finding] = self.named(name)
        return finding


def terminal(answer: Callable[[], str] = lambda: "yes") -> Terminal:
    return Terminal(is_interactive=lambda: True, read_line=answer, sleep=lambda _seconds: None)


def run(stack: DeployedStack, capsys: Any, *more: str, at: Terminal | None = None) -> Result:
    status = smoke.main(["--stack", STACK, "--to", TO, "--json", *more], stack.aws, at or terminal())
    out, err = capsys.readouterr()
    start = out.find('{\n  "stack"')
    report = json.loads(out[start:]) if start >= 0 else {"findings": [], "assumptions": []}
    named = {each.says: name for name, each in ASSUMPTIONS.items()}
    judged = {named[each["says"]]: each for each in report["assumptions"]}
    return Result(
        report["findings"],
        {name: each["judgement"] for name, each in judged.items()},
        {name: each["evidence"] for name, each in judged.items()},
        status,
        err,
    )


def put_ended_call(stack: DeployedStack, **members: Any) -> None:
    """Put a call that has ended, with an attribute, into Amazon Connect."""
    call = {"Id": CALL, "DisconnectTimestamp": 1795342000.0, "Attributes": {"orderNumber": "A-1001"}}
    stack.simulator.world.put_contact(call | members)


def change_started(stack: DeployedStack, **members: Any) -> None:
    """Describe each started contact with these members."""
    invoke = stack.simulator.functions[STACK]

    def changed(event: Any) -> Any:
        answer = invoke(event)
        if answer["ContactId"]:
            stack.simulator.world.contacts[answer["ContactId"]].update(members)
        return answer

    stack.simulator.functions[STACK] = changed


def answer_with(stack: DeployedStack, answer: dict[str, str], *, after: int) -> None:
    """Let the function answer this once, after so many invocations."""
    invoke, count = stack.simulator.functions[STACK], [0]

    def answering(event: Any) -> Any:
        count[0] += 1
        return answer if count[0] == after + 1 else invoke(event)

    stack.simulator.functions[STACK] = answering


def deny(stack: DeployedStack, operation: str, *, after: int = 0) -> None:
    stack.simulator.faults.add(Fault(operation, "access_denied", after=after, times=None))
