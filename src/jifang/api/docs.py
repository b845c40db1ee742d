"""The reference of the API as a page, drawn from its own OpenAPI description; nothing is loaded from
elsewhere."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jifang.api.app import api

METHODS = ("get", "post", "put", "patch", "delete")


def reference(request: HttpRequest) -> HttpResponse:
    """Every operation: what it does, which scope it needs, what it takes and gives."""
    schema = api.get_openapi_schema()
    operations = [
        _operation(path, method, entry[method], schema)
        for path, entry in schema["paths"].items()
        for method in METHODS
        if method in entry
    ]
    return render(request, "api/reference.html", {"operations": operations, "version": api.version})


reference.right = "public"  # type: ignore[attr-defined]


def _operation(path: str, method: str, entry: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    body = entry.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    answer = next(
        (
            content["schema"]
            for status, response in entry["responses"].items()
            if str(status).startswith("2")
            for content in response.get("content", {}).values()
            if "schema" in content
        ),
        None,
    )
    return {
        "method": method.upper(),
        "path": path,
        "anchor": entry["operationId"],
        "summary": entry.get("summary", ""),
        "description": entry.get("description", ""),
        "right": entry.get("x-right", ""),
        "tags": entry.get("tags", []),
        "parameters": [
            {
                "name": parameter["name"],
                "where": parameter["in"],
                "type": _type(parameter["schema"]),
                "required": parameter.get("required", False),
                "text": parameter["schema"].get("description", ""),
            }
            for parameter in entry.get("parameters", [])
        ],
        "body": _fields(body, schema),
        "answer": _fields(answer, schema),
    }


def _resolved(part: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    reference = part.get("$ref")
    if reference is None:
        return part
    return dict(schema["components"]["schemas"][reference.rsplit("/", 1)[-1]])


def _fields(part: dict[str, Any] | None, schema: dict[str, Any]) -> list[dict[str, str]]:
    """The fields of a body, and below a page those of its items."""
    if part is None:
        return []
    found = _resolved(part, schema)
    if found.get("type") == "array":
        return _fields(found["items"], schema)
    rows = []
    for name, field in found.get("properties", {}).items():
        rows.append({"name": name, "type": _type(field), "text": field.get("description", "")})
        if name == "items" and field.get("type") == "array":
            rows += [{**row, "name": f"items[].{row['name']}"} for row in _fields(field["items"], schema)]
    return rows


def _type(field: dict[str, Any]) -> str:
    if "anyOf" in field:
        return " | ".join(_type(one) for one in field["anyOf"])
    if "$ref" in field:
        return str(field["$ref"]).rsplit("/", 1)[-1]
    if field.get("type") == "array":
        return f"[{_type(field.get('items', {}))}]"
    return str(field.get("format") or field.get("type") or "any")
