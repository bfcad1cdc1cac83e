"""The OpenAPI description of the service, made from the views and the documents they exchange."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api.documents import Problem

PASSING = (429, 503)  # problems that pass: too much is asked for at the moment

View = TypeVar("View", bound=Callable[..., Any])
Answer = type[BaseModel] | list[type[BaseModel]] | None  # a document, many of it, or other


@dataclass(frozen=True, slots=True)
class Operation:
    """What the OpenAPI document says about a view."""

    summary: str
    answers: Mapping[str, Answer]  # by media type
    takes: tuple[str, type[BaseModel]] | None = None  # media type and document
    problems: tuple[int, ...] = ()
    query: dict[str, dict[str, Any]] | None = None  # name to JSON schema


def documented(operation: Operation) -> Callable[[View], View]:
    """Attach a description to a view; `/openapi.json` is made of these."""

    def attach(view: View) -> View:
        view.operation = operation  # type: ignore[attr-defined]
        return view

    return attach


def openapi(app: Flask, version: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document of every route that the application has.

    Raises:
        ValueError: a view says nothing about itself.
    """
    operations = []
    for rule in app.url_map.iter_rules():
        operation = getattr(app.view_functions[rule.endpoint], "operation", None)
        if operation is None:
            raise ValueError(f"the view {rule.endpoint} is not documented")
        operations.append((rule, operation))
    documents: set[type[BaseModel]] = {Problem}
    for _, operation in operations:
        documents.update(_documents(operation))
    ordered = sorted(documents, key=lambda document: document.__name__)
    references, definitions = models_json_schema(
        [(document, "validation") for document in ordered],
        ref_template="#/components/schemas/{model}",
    )
    schemas: dict[type[BaseModel], Any] = {
        document: references[document, "validation"] for document in ordered
    }
    paths: dict[str, dict[str, Any]] = {}
    for rule, operation in sorted(operations, key=lambda item: item[0].rule):
        methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        path = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule)
        for method in methods:
            entry = _operation(operation, sorted(rule.arguments), schemas)
            paths.setdefault(path, {})[method.lower()] = entry
    return {
        "openapi": "3.1.0",
        "info": {"title": "Parure", "version": version},
        "paths": paths,
        "components": {"schemas": definitions["$defs"]},
    }


def _documents(operation: Operation) -> set[type[BaseModel]]:
    answers = [a[0] if isinstance(a, list) else a for a in operation.answers.values()]
    taken = [operation.takes[1]] if operation.takes else []
    return {document for document in [*answers, *taken] if document is not None}


def _operation(
    operation: Operation, path_parameters: list[str], schemas: dict[type[BaseModel], Any]
) -> dict[str, Any]:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in path_parameters
    ]
    parameters += [
        {"name": name, "in": "query", "schema": schema}
        for name, schema in (operation.query or {}).items()
    ]
    content = {}
    for media, answer in operation.answers.items():
        if isinstance(answer, list):
            content[media] = {"schema": {"type": "array", "items": schemas[answer[0]]}}
        else:
            content[media] = {"schema": schemas[answer]} if answer else {}
    status = "101" if "websocket" in operation.answers else "200"
    entry: dict[str, Any] = {
        "summary": operation.summary,
        "responses": {status: {"description": "What was asked for.", "content": content}},
    }
    for problem in operation.problems:
        entry["responses"][str(problem)] = {
            "description": "Why not.",
            "content": {"application/json": {"schema": schemas[Problem]}},
        }
        if problem in PASSING:
            entry["responses"][str(problem)]["headers"] = {
                "Retry-After": {
                    "description": "Seconds after which to ask again.",
                    "schema": {"type": "integer"},
                }
            }
    if parameters:
        entry["parameters"] = parameters
    if operation.takes:
        media, document = operation.takes
        entry["requestBody"] = {
            "required": True,
            "content": {media: {"schema": schemas[document]}},
        }
    return entry
