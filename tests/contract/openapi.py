"""GitHub's own description of its REST API, as JSON Schema to hold answers and questions to."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator


class GitHubDescription:
    """The subset of operations in contracts/github/openapi-subset.json."""

    def __init__(self, contracts: Path) -> None:
        text = (contracts / "github/openapi-subset.json").read_text(encoding="utf-8")
        self._document = json.loads(text)
        schemas = self._document["components"]["schemas"]
        self._definitions = {name: _strict(schema) for name, schema in schemas.items()}

    def operation(self, method: str, path: str) -> Mapping[str, Any]:
        """The operation that a concrete path belongs to; the most literal one wins."""
        found = [
            (template.count("{"), operations[method.lower()])
            for template, operations in self._document["paths"].items()
            if method.lower() in operations and _matches(template, path)
        ]
        assert found, f"GitHub has no {method} {path}"
        operation: Mapping[str, Any] = min(found, key=lambda pair: pair[0])[1]
        return operation

    def query_parameters(self, operation: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
        """The query parameters of an operation, by name."""
        parameters = self._document["components"]["parameters"]
        rows = [
            parameters[row["$ref"].rpartition("/")[2]] if "$ref" in row else row
            for row in operation.get("parameters", [])
        ]
        return {row["name"]: row["schema"] for row in rows if row["in"] == "query"}

    def answer(self, operation: Mapping[str, Any], status: int) -> Validator:
        """What holds an answer of this status to the description."""
        response = operation["responses"][str(status)]
        if "$ref" in response:
            name = response["$ref"].rpartition("/")[2]
            response = self._document["components"]["responses"][name]
        return self._validator(response["content"]["application/json"]["schema"])

    def question(self, operation: Mapping[str, Any]) -> Validator:
        """What holds a request's body to the description."""
        body = operation["requestBody"]["content"]["application/json"]["schema"]
        return self._validator(body)

    def _validator(self, schema: Mapping[str, Any]) -> Validator:
        whole = {**_strict(schema), "components": {"schemas": self._definitions}}
        return Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)


def _matches(template: str, path: str) -> bool:
    pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(template))
    return re.fullmatch(pattern, path) is not None


def _strict(schema: Any) -> Any:
    """OpenAPI 3.0 as JSON Schema: null where it is allowed, and no field that is not described."""
    if isinstance(schema, list):
        return [_strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {
        key: _strict(value) for key, value in schema.items() if key not in ("example", "examples")
    }
    if "properties" in plain and not {"allOf", "anyOf", "oneOf"} & plain.keys():
        plain.setdefault("additionalProperties", False)
    if plain.pop("nullable", None) is True:
        return {"anyOf": [plain, {"type": "null"}]}
    return plain
