"""Look up operation names in the service models of all simulated services."""

import gzip
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from botocore.loaders import Loader, create_loader
from moto.backend_index import backend_url_patterns

COMMON_SERVICES: Final = ("connect", "pinpoint-sms-voice-v2", "ssm", "dynamodb", "sqs", "events", "lambda")
"""Services to search first, because loading all service models takes seconds."""


def require_operation(name: object) -> None:
    """Check that a simulated service has this operation; `*` means any operation.

    Raises:
        ValueError: No simulated service has it; the message suggests the closest name.
    """
    loader = create_loader()  # A new one, because a loader keeps in memory every model that it reads.
    common = [operation for service in COMMON_SERVICES for operation in _operations(loader, service)]
    if name == "*" or name in common:
        return
    if any(name in _operations(loader, service) for service in _simulated(loader) if _mentions(loader, service, name)):
        return
    hint = "".join(f" Did you mean {match}?" for match in get_close_matches(str(name), common, n=1))
    raise ValueError(f"No simulated service has the operation {name!r}.{hint}")


def _simulated(loader: Loader) -> list[str]:
    """Return the names of moto's services; moto writes them without hyphens."""
    backends = {name.replace("-", "") for name, _ in backend_url_patterns}
    return [name for name in loader.list_available_services("service-2") if name.replace("-", "") in backends]


def _mentions(loader: Loader, service: str, name: object) -> bool:
    """Check whether a service model has the name anywhere; reading a model takes a tenth of the time of parsing it."""
    version = loader.determine_latest_version(service, "service-2")
    files = (Path(root, service, version, "service-2.json.gz") for root in loader.search_paths)
    return any(f'"{name}"'.encode() in gzip.decompress(file.read_bytes()) for file in files if file.is_file())


def _operations(loader: Loader, service: str) -> dict[str, Any]:
    operations: dict[str, Any] = loader.load_service_model(service, "service-2")["operations"]
    return operations
