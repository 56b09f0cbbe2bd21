import sys
from enum import StrEnum

import pytest
from pydantic import BaseModel, ConfigDict

from deflection_docs.docstrings import member_docstrings

MODULE = sys.modules[__name__]


class Documented(BaseModel):
    model_config = ConfigDict(frozen=True)

    Status: str
    """
    How it ended,
    in a word.
    """
    Reason: str
    """Why."""

    def shown(self) -> str:
        return self.Status


class Undocumented(StrEnum):
    ONE = "one"
    """The first."""
    TWO = "two"


def test_text_below_a_member_is_read_on_one_line() -> None:
    assert member_docstrings(MODULE, "Documented") == {"Status": "How it ended, in a word.", "Reason": "Why."}


def test_member_without_a_text_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"Undocumented\.TWO"):
        member_docstrings(MODULE, "Undocumented")
