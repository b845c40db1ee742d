"""Lists in pages that stay quick at any depth: one continues after the last id of the page before."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Schema
from ninja.pagination import PaginationBase

MOST = 1000


class Keyset(PaginationBase):
    """``@paginate(Keyset)``: rows in order of ``field`` (unique, indexed), newest first with
    ``descending``."""

    class Input(Schema):
        limit: int = Field(100, ge=1, le=MOST, description="Items in this page.")
        after: int | None = Field(None, description="`next` of the page before.")

    class Output(Schema):
        items: list[Any]
        next: int | None = Field(description="Give it as `after` for the next page; null: this was the last.")

    def __init__(self, field: str = "id", descending: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.field = field
        self.descending = descending

    def paginate_queryset(
        self, queryset: QuerySet[Any], pagination: Any, request: HttpRequest, **params: Any
    ) -> dict[str, Any]:
        """One query: the page and one row more, which tells whether another page follows."""
        if pagination.after is not None:
            operator = "lt" if self.descending else "gt"
            queryset = queryset.filter(**{f"{self.field}__{operator}": pagination.after})
        rows = list(queryset.order_by(("-" if self.descending else "") + self.field)[: pagination.limit + 1])
        page = rows[: pagination.limit]
        more = len(rows) > pagination.limit
        return {"items": page, "next": getattr(page[-1], self.field) if more else None}
