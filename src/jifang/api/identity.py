"""Regions, organisations and the token's own account."""

from datetime import datetime

from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from ninja.pagination import paginate

from jifang.api.access import ApiRequest, needs
from jifang.api.paging import Keyset
from jifang.identity import queries, rights
from jifang.identity.models import Account, Organisation, Region

router = Router(tags=["identity"])


class RegionOut(Schema):
    """A node of the tree of regions (GB/T 2260, police-station areas below)."""

    id: int
    code: str
    name: str
    name_en: str
    level: str
    path: str
    closed_at: datetime | None


class OrganisationOut(Schema):
    """A body the law speaks of."""

    id: int
    kind: str
    name: str
    name_en: str
    uscc: str
    region_id: int
    parent_id: int | None
    address: str
    phone: str
    closed_at: datetime | None


class AccountOut(Schema):
    """A person who signs in. Telephone and e-mail stay in the house."""

    id: int
    username: str
    name: str
    badge: str
    organisation_id: int
    is_active: bool
    created_at: datetime
    closed_at: datetime | None


@router.get(
    "/regions", response=list[RegionOut], summary="Regions", url_name="regions", **needs(rights.REGION_VIEW)
)
@paginate(Keyset)
def regions(request: ApiRequest) -> "object":
    """The regions within the grants of the token's account."""
    return queries.regions(request.actor)


@router.get(
    "/regions/{code}",
    response=RegionOut,
    summary="One region",
    url_name="region",
    **needs(rights.REGION_VIEW),
)
def region(request: ApiRequest, code: str) -> Region:
    """The region with this GB/T 2260 code."""
    return get_object_or_404(queries.regions(request.actor), code=code)


@router.get(
    "/organisations",
    response=list[OrganisationOut],
    summary="Organisations",
    url_name="organisations",
    **needs(rights.ORGANISATION_VIEW),
)
@paginate(Keyset)
def organisations(request: ApiRequest, kind: str | None = None) -> "object":
    """The organisations within the grants of the token's account, optionally of one kind."""
    found = queries.organisations(request.actor)
    return found.filter(kind=kind) if kind else found


@router.get(
    "/organisations/{int:pk}",
    response=OrganisationOut,
    summary="One organisation",
    url_name="organisation",
    **needs(rights.ORGANISATION_VIEW),
)
def organisation(request: ApiRequest, pk: int) -> Organisation:
    """The organisation with this id."""
    return get_object_or_404(queries.organisations(request.actor), pk=pk)


@router.get(
    "/accounts",
    response=list[AccountOut],
    summary="People",
    url_name="accounts",
    **needs(rights.ACCOUNT_VIEW),
)
@paginate(Keyset)
def accounts(request: ApiRequest) -> "object":
    """The people within the grants of the token's account."""
    return queries.accounts(request.actor)


@router.get(
    "/accounts/{int:pk}",
    response=AccountOut,
    summary="One person",
    url_name="account",
    **needs(rights.ACCOUNT_VIEW),
)
def account(request: ApiRequest, pk: int) -> Account:
    """The person with this id."""
    return get_object_or_404(queries.accounts(request.actor), pk=pk)
