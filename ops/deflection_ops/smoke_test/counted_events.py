"""Check that the stack's rules got the events of the messages and of the simulated calls."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from deflection_ops.errors import AwsError
from deflection_ops.finding import Finding, Observation
from deflection_ops.smoke_test import steps
from deflection_ops.smoke_test.assumptions import Judgement
from deflection_ops.smoke_test.sms_session import SmsSession

POLLS = 10
POLL_SECONDS = 30
"""CloudWatch shows the count of a rule some minutes later."""


def expected_rules(session: SmsSession, findings: list[Finding]) -> Mapping[str, str]:
    """Return the rules that must have got an event by now, and the assumption that each one decides."""
    parameters = session.deployment.parameters
    are_ok = {(each.name, each.subject) for each in findings if each.code == "OK"}
    names = {name for name, _ in are_ok}
    counts_outcomes = parameters.get("CountOutcomes") == "true"
    rules = {
        "DeflectedCallsRule": ("tags", counts_outcomes and (steps.TEST_CASES.name, "started") in are_ok),
        "AnswersRule": ("detail type", counts_outcomes and steps.RELATED_CONTACT.name in names),
        "DeliveriesRule": (
            "deliveries",
            bool(parameters.get("DeliveryEventNumbers")) and steps.FIRST_MESSAGE.name in names,
        ),
    }
    return {rule: assumption for rule, (assumption, is_expected) in rules.items() if is_expected}


def await_events(session: SmsSession, rules: Mapping[str, str], since: datetime) -> Iterator[Finding]:
    """Yield a finding for each rule, and record the evidence; a late event decides nothing."""
    missing = dict(rules)
    try:
        for _ in range(POLLS if rules else 0):
            session.sleep(POLL_SECONDS)
            for rule in [rule for rule in missing if _count(session, rule, since)]:
                session.record(missing.pop(rule), f"The rule {rule} got an event.", held=True)
                yield steps.EVENTS.report(Observation(rule))
            if not missing:
                return
    except AwsError as error:
        yield steps.EVENTS.not_asked(error)
        return
    for rule, assumption in missing.items():
        evidence = f"The rule {rule} got no event within {POLLS * POLL_SECONDS} seconds; look at its metrics later."
        session.evidence[assumption] = (Judgement.NOT_TRIED, evidence)
        yield steps.EVENTS.report(steps.EVENTS_NOT_SEEN.found(rule, str(POLLS * POLL_SECONDS)))


def _count(session: SmsSession, rule: str, since: datetime) -> float:
    """Return how often the rule sent an event to its target since that time."""
    resource = session.deployment.resources[rule]
    request = {
        "Namespace": "AWS/Events",
        "MetricName": "Invocations",
        "Dimensions": [{"Name": "RuleName", "Value": resource.id}],
        "StartTime": since,
        "EndTime": since + timedelta(hours=1),
        "Period": 60,
        "Statistics": ["Sum"],
    }
    answer = session.deployment.aws.call("cloudwatch", "get_metric_statistics", **request)
    return float(sum(each["Sum"] for each in answer["Datapoints"]))
