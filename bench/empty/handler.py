"""An empty handler: it measures the start of emulator, Python and runtime alone."""


def lambda_handler(_event: object, _context: object) -> dict[str, str]:
    """Return an answer that the benchmark accepts."""
    return {"ContactId": "none"}
