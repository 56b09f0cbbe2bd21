"""Read the docstrings of a class's members, which Python does not keep at run time."""

import ast
import inspect
from collections.abc import Mapping
from itertools import pairwise
from types import ModuleType


def member_docstrings(module: ModuleType, owner: str) -> Mapping[str, str]:
    """
    Return the text below each assignment in the body of a class, by name and on one line.

    The class is read from the module's source, so it may exist for the type checker only.

    Raises:
        ValueError: The docstring of a member is missing.
    """
    tree = ast.parse(inspect.getsource(module))
    [definition] = [each for each in ast.walk(tree) if isinstance(each, ast.ClassDef) and each.name == owner]
    found = {}
    for statement, following in pairwise([*definition.body, ast.Pass()]):
        match statement, following:
            case (
                ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                found[name] = " ".join(text.split())
            case (ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]), _):
                if name != "model_config":
                    raise ValueError(f"{owner}.{name} must have a docstring.")
            case _:
                pass
    return found
