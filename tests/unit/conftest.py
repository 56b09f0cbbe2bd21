import pytest

from recorded_function import RecordedFunction


@pytest.fixture
def function() -> RecordedFunction:
    """The function, with nothing recorded yet."""
    return RecordedFunction()
