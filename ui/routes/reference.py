"""The API's reference, read off its own OpenAPI description; needs no script and nothing from elsewhere."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from ui.callers import ResearchersOnly
from ui.page import render_page

router = APIRouter(include_in_schema=False)

_REFERENCE = "#/components/schemas/"


@router.get("/docs", dependencies=[ResearchersOnly])
def reference(request: Request) -> HTMLResponse:
    """All operations with their parameters, examples and responses."""
    description = request.app.openapi()
    schemas = description["components"]["schemas"]
    operations = [
        _operation(method, path, operation, schemas)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]
    return render_page(request, "reference.html", info=description["info"], operations=operations)


def _operation(method: str, path: str, operation: dict[str, Any], schemas: dict[str, Any]) -> dict[str, object]:
    """What the template shows of one operation."""
    request_content = operation.get("requestBody", {}).get("content", {})
    answers = [response for status, response in operation["responses"].items() if status.startswith("2")]
    answer = answers[0].get("content", {})
    return {
        "id": f"{method}-{path.strip('/').replace('/', '-').replace('{', '').replace('}', '')}",
        "method": method.upper(),
        "path": path,
        "summary": operation.get("summary", ""),
        "description": operation.get("description", ""),
        "parameters": operation.get("parameters", []),
        "request": _example(request_content, schemas),
        "answer": _example(answer, schemas),
        "responses": operation["responses"],
    }


def _example(content: dict[str, Any], schemas: dict[str, Any]) -> str | None:
    schema = content.get("application/json", {}).get("schema", {})
    examples = schemas.get(schema.get("$ref", "").removeprefix(_REFERENCE), schema).get("examples")
    return json.dumps(examples[0], ensure_ascii=False, indent=2) if examples else None
