"""The first text that the customer reads, with its variables filled in."""

from string import Template

from deflection.contact import Contact
from deflection.errors import InvalidMessageError
from deflection.parameters import Parameters


def filled_in(template: str, contact: Contact, parameters: Parameters) -> str:
    """
    A text of the operator with its `$name` variables filled in.

    A variable is a contact attribute (the parameters' before the contact's), or `$Queue_Name`, or
    `$SystemEndpoint_Address` (what was dialled). A text that the flow itself gives has no variables: the flow fills
    in its own references, and what a customer said must not become one of ours.

    Raises:
        InvalidMessageError: A variable has no value.
    """
    variables = {
        **contact.attributes,
        **(parameters.Attributes or {}),
        "Queue_Name": contact.queue_name,
        "SystemEndpoint_Address": contact.system_endpoint.address if contact.system_endpoint else "",
    }
    try:
        return Template(template).substitute({name: value for name, value in variables.items() if value.strip()})
    except KeyError as error:
        raise InvalidMessageError(f"INITIAL_MESSAGE has the variable ${error.args[0]}, which has no value.") from error
