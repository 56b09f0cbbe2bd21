"""The alarms."""

from typing import Any

from deflection_docs.section import Row, Section, Table
from deflection_docs.template import Template, as_text

OPERATORS = {"GreaterThanOrEqualToThreshold": "≥", "GreaterThanThreshold": ">"}
OWN_DIMENSIONS = ("service", "FunctionName")
"""The dimensions that select this stack."""


def alarms(template: Template) -> Section:
    """Return the alarms with their condition, meaning and cure."""
    found = template.resources_of("AWS::CloudWatch::Alarm")
    rows = tuple(
        Row(name, (_condition(alarm["Properties"]), as_text(alarm["Properties"]["AlarmDescription"])))
        for name, alarm in found.items()
    )
    [switch] = {alarm["Condition"] for alarm in found.values()}
    return Section(
        "Alarms",
        "alarm",
        f"The alarms exist only with {template.when(switch)}. An alarm's name is the stack's name, a hyphen and the "
        "name below. Missing data is treated as not breaching.",
        (Table(("Alarm", "Raised when", "Meaning and what to do"), rows),),
    )


def _condition(alarm: dict[str, Any]) -> str:
    """Return what the alarm measures and when it goes off."""
    if "MetricName" in alarm:
        value, inputs, period = _statistic(alarm, alarm["Statistic"]), "", alarm["Period"]
    else:
        expression, *metrics = alarm["Metrics"]
        measured = {each["Id"]: each["MetricStat"] for each in metrics}
        [period] = {each["Period"] for each in measured.values()}
        value = f"`{as_text(expression['Expression'])}`"
        inputs = "".join(
            f"; `{name}` is the {_statistic(each['Metric'], each['Stat'])}" for name, each in measured.items()
        )
    periods = alarm["EvaluationPeriods"]
    return (
        f"{value} {OPERATORS[alarm['ComparisonOperator']]} {as_text(alarm['Threshold'])}, in "
        f"{alarm.get('DatapointsToAlarm', periods)} of {periods} periods of {period} seconds{inputs}"
    )


def _statistic(metric: dict[str, Any], statistic: str) -> str:
    of = "".join(
        f", {each['Name']} `{as_text(each['Value'])}`"
        for each in metric["Dimensions"]
        if each["Name"] not in OWN_DIMENSIONS
    )
    return f"{statistic} of `{metric['MetricName']}`{of}"
