"""Keep the user's AWS configuration out of the simulation: environment variables and the SDK's files."""

import os
from typing import Final

PREFIXES: Final = ("AWS_", "POWERTOOLS_")
PROXIES: Final = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
EMPTY_CONFIG_FILES: Final = dict.fromkeys(("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"), os.devnull)


def clear() -> None:
    """Remove all SDK variables from this process; call it before the first boto3 session is created."""
    for name in tuple(os.environ):
        if name.startswith(PREFIXES) or name.upper() in PROXIES:
            del os.environ[name]
    os.environ.update(EMPTY_CONFIG_FILES)
