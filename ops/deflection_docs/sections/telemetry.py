"""The metrics, the keys of the log and the keys of the record."""

from deflection import telemetry
from deflection.log_line import LOG_MESSAGES
from deflection.request.builder import LANGUAGE_ATTRIBUTE, ROUTE_ATTRIBUTE
from deflection.result_metrics import CONVERSATION_ENDED
from deflection_docs.docstrings import member_docstrings, member_types
from deflection_docs.section import Row, Section, Table
from deflection_docs.template import Template

ATHENA_TYPES = {"str": "string", "bool": "boolean", "float": "double"}
"""The type of a column in Amazon Athena, by the type in the code."""


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
    messages = ", ".join(f'"{message}"' for message in LOG_MESSAGES.values())
    return Section(
        "Log keys",
        "log",
        f"Each deflection writes one line, with one of these messages: {messages}. Powertools adds `level`, `message`, "
        "`timestamp` and its other keys; `correlation_id` is the id of the call or of the event.",
        (
            Table(("Key", "Value"), _rows("OutcomeFields"), "The line of a deflection"),
            Table(("Key", "Value"), _rows("ExceptionFields"), "The line of an unhandled exception"),
        ),
        unlinked=("parameter",),
    )


def record_keys() -> Section:
    """Return the keys of the record of an SMS contact with their types in Amazon Athena."""
    meanings, types = member_docstrings(telemetry, "ResultFields"), member_types(telemetry, "ResultFields")
    columns = {name: ATHENA_TYPES[written.removesuffix(" | None")] for name, written in types.items()}
    listed = ", ".join(f"{name} {column}" for name, column in columns.items())
    return Section(
        "Record keys",
        "record",
        f"With `CountOutcomes`, the function writes a record of each SMS contact that ends: one line with the message "
        f'"{CONVERSATION_ENDED}". With `TABLE_NAME`, it adds the attributes `{LANGUAGE_ATTRIBUTE}` and '
        f"`{ROUTE_ATTRIBUTE}` to each SMS contact; the record takes the language and the route from them. "
        f"The columns of a table in Amazon Athena: `{listed}`.",
        (
            Table(
                ("Key", "Type in Athena", "Value"),
                tuple(Row(name, (f"`{columns[name]}`", meaning)) for name, meaning in meanings.items()),
            ),
        ),
        linked=False,
        unlinked=("log", "parameter"),
    )


def _rows(fields: str) -> tuple[Row, ...]:
    return tuple(Row(name, (meaning,)) for name, meaning in member_docstrings(telemetry, fields).items())
