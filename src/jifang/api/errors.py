"""One form for every refusal: a code, a sentence, and for bad input the field, the value and the remedy."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as FormError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from jifang.kernel.errors import BadInputError, shown


class FieldError(Schema):
    """What is wrong with one value and what to send instead."""

    field: str
    value: str
    remedy: str


class Refusal(Schema):
    """The body of every answer from 400 on."""

    code: str
    message: str
    errors: list[FieldError] = []


class RefusalError(Exception):
    """A refusal an operation gives on purpose."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        errors: list[FieldError] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.refusal = Refusal(code=code, message=message, errors=errors or [])
        self.headers = dict(headers or {})


def install(api: NinjaAPI) -> None:
    """Give ``api`` the one form of refusal."""

    def answer(request: HttpRequest, problem: RefusalError) -> HttpResponse:
        response = api.create_response(request, problem.refusal.dict(), status=problem.status)
        for name, value in problem.headers.items():
            response.headers[name] = value
        return response

    def not_found(request: HttpRequest, error: Exception) -> HttpResponse:
        return answer(
            request, RefusalError(404, "not_found", _("There is no such thing, or not for this token."))
        )

    def denied(request: HttpRequest, error: Exception) -> HttpResponse:
        return answer(
            request, RefusalError(403, "denied", _("The grants of this account do not reach this object."))
        )

    def http(request: HttpRequest, error: HttpError) -> HttpResponse:
        return answer(request, RefusalError(error.status_code, "refused", str(error)))

    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        return answer(request, _invalid([_from_pydantic(one) for one in error.errors]))

    def bad_input(request: HttpRequest, error: BadInputError) -> HttpResponse:
        found = FieldError(field=error.field, value=shown(error.value), remedy=error.text(_))
        return answer(request, _invalid([found]))

    def bad_form(request: HttpRequest, error: FormError) -> HttpResponse:
        if hasattr(error, "error_dict"):
            pairs = [(field, text) for field, texts in error.message_dict.items() for text in texts]
        else:
            pairs = [("", text) for text in error.messages]
        found = [FieldError(field=field, value="", remedy=text) for field, text in pairs]
        return answer(request, _invalid(found))

    handlers: dict[type[Exception], Any] = {
        RefusalError: answer,
        Http404: not_found,
        PermissionDenied: denied,
        AuthenticationError: http,
        HttpError: http,
        ValidationError: invalid,
        BadInputError: bad_input,
        FormError: bad_form,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)


def _invalid(errors: list[FieldError]) -> RefusalError:
    return RefusalError(
        422, "invalid", _("The call was understood, but values in it cannot be taken."), errors
    )


def _from_pydantic(error: Mapping[str, Any]) -> FieldError:
    """Name the field as the caller wrote it, and say in his language what to send."""
    place = [str(part) for part in error.get("loc", ())]
    if place[:1] in (["query"], ["path"], ["body"], ["form"], ["header"]):
        place = place[1:]
    context = error.get("ctx") or {}
    remedies = {
        "missing": _("Give a value: it is required."),
        "int_parsing": _("Send a whole number."),
        "int_type": _("Send a whole number."),
        "float_parsing": _("Send a number."),
        "bool_parsing": _("Send true or false."),
        "string_type": _("Send a text."),
        "datetime_from_date_parsing": _("Send an instant such as 2026-03-01T08:00:00Z."),
        "datetime_parsing": _("Send an instant such as 2026-03-01T08:00:00Z."),
        "date_from_datetime_parsing": _("Send a date such as 2026-03-01."),
        "date_parsing": _("Send a date such as 2026-03-01."),
        "json_invalid": _("Send a body that is JSON."),
        "extra_forbidden": _("Leave it out: there is no such field."),
    }
    match error.get("type"):
        case "greater_than_equal":
            remedy = _("Send at least %(limit)s.") % {"limit": context.get("ge")}
        case "less_than_equal":
            remedy = _("Send at most %(limit)s.") % {"limit": context.get("le")}
        case "string_too_long":
            remedy = _("Send at most %(limit)s characters.") % {"limit": context.get("max_length")}
        case "enum" | "literal_error":
            remedy = _("Send one of %(values)s.") % {"values": context.get("expected")}
        case kind:
            remedy = remedies.get(str(kind), str(error.get("msg", "")))
    value = error.get("input", "")
    return FieldError(
        field=".".join(place), value="" if isinstance(value, dict) else shown(value), remedy=remedy
    )
