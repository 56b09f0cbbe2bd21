"""The operations that there are, by the service models of what is simulated."""

import gzip
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from botocore.loaders import Loader, create_loader
from moto.backend_index import backend_url_patterns

MOST_ASKED: Final = ("connect", "pinpoint-sms-voice-v2", "ssm", "dynamodb", "sqs", "events", "lambda")
"""These are looked through first; all of them take seconds."""


def check_operation(name: object) -> None:
    """
    Returns when a simulated service has an operation of this name; `*` is any.

    Raises:
        ValueError: None has; the error names the nearest one.
    """
    loader = create_loader()  # one of its own, for what it has read it keeps
    known = [operation for service in MOST_ASKED for operation in _operations(loader, service)]
    if name == "*" or name in known:
        return
    if any(name in _operations(loader, service) for service in _simulated(loader) if _mentions(loader, service, name)):
        return
    meant = "".join(f"; is {near} meant?" for near in get_close_matches(str(name), known, n=1)) or "."
    raise ValueError(f"No simulated service has the operation {name!r}{meant}")


def _simulated(loader: Loader) -> list[str]:
    """Moto writes a service's name without hyphens."""
    backends = {name.replace("-", "") for name, _ in backend_url_patterns}
    return [name for name in loader.list_available_services("service-2") if name.replace("-", "") in backends]


def _mentions(loader: Loader, service: str, name: object) -> bool:
    """Return whether a service model has the name anywhere; reading one takes a tenth of the time of parsing it."""
    version = loader.determine_latest_version(service, "service-2")
    files = (Path(root, service, version, "service-2.json.gz") for root in loader.search_paths)
    return any(f'"{name}"'.encode() in gzip.decompress(file.read_bytes()) for file in files if file.is_file())


def _operations(loader: Loader, service: str) -> dict[str, Any]:
    operations: dict[str, Any] = loader.load_service_model(service, "service-2")["operations"]
    return operations
