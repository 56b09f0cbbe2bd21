"""Read the docstrings and types of a class's members, which Python does not keep at run time."""

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
    found = {}
    for statement, following in pairwise([*_definition(module, owner).body, ast.Pass()]):
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


def member_types(module: ModuleType, owner: str) -> Mapping[str, str]:
    """Return the type of each annotated member of a class as it is written in the module's source."""
    body = _definition(module, owner).body
    return {
        each.target.id: ast.unparse(each.annotation)
        for each in body
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
    }


def _definition(module: ModuleType, owner: str) -> ast.ClassDef:
    tree = ast.parse(inspect.getsource(module))
    [definition] = [each for each in ast.walk(tree) if isinstance(each, ast.ClassDef) and each.name == owner]
    return definition
