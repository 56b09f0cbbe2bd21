"""Nothing: what it takes to start is the emulator's, Python's and the runtime's, and no function can do without."""


def lambda_handler(_event: object, _context: object) -> dict[str, str]:
    """An answer that the bench takes for one."""
    return {"ContactId": "none"}
