"""The sentences that stand under the fields, brought into the generated schemas.

They are read from the source when schemas are generated, so that importing the contracts stays cheap.
"""

import ast
import importlib
import inspect
import pkgutil
from functools import cache
from types import ModuleType
from typing import Any

from pydantic import BaseModel

import closeloop.contracts


def schema_of(model: type[BaseModel], ref_template: str = "#/$defs/{model}") -> dict[str, Any]:
    """The JSON Schema of a model in which every field has its sentence."""
    schema = model.model_json_schema(by_alias=True, ref_template=ref_template)
    _describe(schema, model)
    for name, inner in schema.get("$defs", {}).items():
        if name in models():
            _describe(inner, models()[name])
    return schema


@cache
def sentences(model: type[BaseModel]) -> dict[str, str]:
    """Field to the sentence under it, of the model and of what it builds on."""
    found: dict[str, str] = {}
    for ancestor in reversed(model.__mro__):
        module = inspect.getmodule(ancestor)
        if module is not None and module.__name__.startswith("closeloop.contracts"):
            found.update(_written_in(module).get(ancestor.__name__, {}))
    return found


@cache
def modules() -> tuple[ModuleType, ...]:
    """All modules of the contracts that hold models."""
    found = pkgutil.walk_packages(closeloop.contracts.__path__, "closeloop.contracts.")
    return tuple(importlib.import_module(info.name) for info in found if not info.name.endswith("generate"))


@cache
def models() -> dict[str, type[BaseModel]]:
    """All models of the contracts by their names."""
    return {
        name: thing
        for module in modules()
        for name, thing in vars(module).items()
        if isinstance(thing, type) and issubclass(thing, BaseModel) and thing.__name__ == name
    }


def _describe(schema: dict[str, Any], model: type[BaseModel]) -> None:
    known = sentences(model)
    for name, field in model.model_fields.items():
        property_ = schema.get("properties", {}).get(field.alias or name)
        if property_ is not None and name in known:
            property_["description"] = known[name]
            property_.pop("title", None)


@cache
def _written_in(module: ModuleType) -> dict[str, dict[str, str]]:
    classes = [node for node in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(node, ast.ClassDef)]
    return {node.name: _sentences_in(node) for node in classes}


def _sentences_in(node: ast.ClassDef) -> dict[str, str]:
    found = {}
    for field, after in zip(node.body, node.body[1:], strict=False):
        match field, after:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(sentence))):
                found[name] = " ".join(sentence.split())
    return found
