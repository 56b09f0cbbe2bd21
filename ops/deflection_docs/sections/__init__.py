"""All sections of the reference. A name that two sections have links to the earlier one."""

from deflection_docs.section import Section
from deflection_docs.sections import (
    alarms,
    commands,
    findings,
    flow_parameters,
    permissions,
    responses,
    settings,
    stack,
    telemetry,
)
from deflection_docs.template import Template


def read_sections(template: Template) -> tuple[Section, ...]:
    """Return the sections in the order of the page."""
    return (
        stack.template_parameters(template),
        stack.template_rules(template),
        settings.settings(template),
        flow_parameters.flow_parameters(),
        responses.response_keys(),
        responses.statuses(),
        responses.reasons(),
        telemetry.metrics(template),
        telemetry.log_keys(),
        telemetry.record_keys(),
        alarms.alarms(template),
        stack.outputs(template),
        permissions.permissions(template),
        findings.doctor_findings(),
        findings.smoke_findings(),
        findings.assumptions(),
        commands.commands(),
    )
