"""Read the docstrings of a class's members, which Python does not keep at run time."""

import ast
import inspect
import textwrap
from collections.abc import Mapping
from itertools import pairwise


def member_docstrings(owner: type) -> Mapping[str, str]:
    """
    Return the text below each assignment in the body of a class, by name and on one line.

    Raises:
        ValueError: A member has no docstring.
    """
    [definition] = ast.parse(textwrap.dedent(inspect.getsource(owner))).body
    found = {}
    for statement, following in pairwise([*getattr(definition, "body", ()), ast.Pass()]):
        match statement, following:
            case (
                ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                found[name] = " ".join(text.split())
            case (ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]), _):
                if name != "model_config":
                    raise ValueError(f"{owner.__name__}.{name} must have a docstring.")
            case _:
                pass
    return found
