"""The metrics and the keys of the log."""

from deflection import telemetry
from deflection.log_line import LOG_MESSAGES
from deflection.result_metrics import CONVERSATION_ENDED
from deflection_docs.docstrings import member_docstrings
from deflection_docs.section import Row, Section, Table
from deflection_docs.template import Template


def metrics(template: Template) -> Section:
    """Return the metrics with their unit."""
    meanings = member_docstrings(telemetry, "Metric")
    names = {constant: getattr(telemetry.Metric, constant) for constant in meanings}
    rows = tuple(Row(name, (telemetry.unit_of(name), meanings[constant])) for constant, name in names.items())
    return Section(
        "Metrics",
        "metric",
        f"The namespace is `{template.variables['POWERTOOLS_METRICS_NAMESPACE']}`, and the dimension `service` is the "
        "stack's name. Each metric has the dimension sets `service`; `service`, `status`; and with a reason `service`, "
        "`status`, `reason`, unless the table names others.",
        (Table(("Metric", "Unit", "Meaning"), rows),),
        unlinked=("log",),
    )


def log_keys() -> Section:
    """Return the keys of the log that this function adds to those of Powertools."""
    shared = [row.name for row in _rows("OutcomeFields")]
    record = [row for row in _rows("ResultFields") if row.name not in shared]
    repeated = ", ".join(f"`{row.name}`" for row in _rows("ResultFields") if row.name in shared)
    messages = ", ".join(f'"{message}"' for message in LOG_MESSAGES.values())
    return Section(
        "Log keys",
        "log",
        f"Each deflection writes one line, with one of these messages: {messages}. Powertools adds `level`, `message`, "
        "`timestamp` and its other keys; `correlation_id` is the id of the call or of the event.",
        (
            Table(("Key", "Value"), _rows("OutcomeFields"), "The line of a deflection"),
            Table(
                ("Key", "Value"),
                tuple(record),
                f'The record "{CONVERSATION_ENDED}" of an SMS contact; it also has {repeated}',
            ),
            Table(("Key", "Value"), _rows("ExceptionFields"), "The line of an unhandled exception"),
        ),
        unlinked=("parameter",),
    )


def _rows(fields: str) -> tuple[Row, ...]:
    return tuple(Row(name, (meaning,)) for name, meaning in member_docstrings(telemetry, fields).items())
