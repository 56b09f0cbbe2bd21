"""The response of the function: its keys, statuses and reasons."""

from deflection import outcome, response
from deflection.reasons import DeclineReason, FailureReason, IgnoreReason, Reason
from deflection_docs.docstrings import member_docstrings
from deflection_docs.section import Row, Section, Table

REASONS: dict[str, type[Reason]] = {
    "DECLINED": DeclineReason,
    "IGNORED": IgnoreReason,
    "FAILED or DEFERRED": FailureReason,
}
"""The reasons by the status that they come with."""


def response_keys() -> Section:
    """Return the keys of the response."""
    rows = tuple(Row(name, (meaning,)) for name, meaning in member_docstrings(response, "FlowResponse").items())
    return Section(
        "Response keys",
        "response",
        "Every response has all keys, and every value is a string. A flow reads them as `$.External.Status` and so on. "
        "Set the response validation of the block to JSON.",
        (Table(("Key", "Value"), rows),),
    )


def statuses() -> Section:
    """Return the statuses."""
    rows = tuple(Row(name, (meaning,)) for name, meaning in member_docstrings(outcome, "Status").items())
    return Section("Statuses", "status", "The value of `Status`.", (Table(("Status", "Meaning"), rows),))


def reasons() -> Section:
    """Return the reasons, one table for each status."""
    tables = tuple(
        Table(("Reason", "Meaning", "What to do", "The same request may succeed"), _rows(kind), f"Reasons of {status}")
        for status, kind in REASONS.items()
    )
    return Section("Reasons", "reason", "The value of `Reason`, and of `reason` in the log and the metrics.", tables)


def _rows(kind: type[Reason]) -> tuple[Row, ...]:
    return tuple(Row(reason.name, (reason.meaning, reason.cure, reason.retry.value)) for reason in kind)
