"""Regions and organisations: found, rename, move a subtree, close."""

from datetime import datetime
from typing import TypeVar

from django.db import connection

from jifang.identity import queries, rights
from jifang.identity.access import Actor, check
from jifang.identity.audit import acting
from jifang.identity.models import Organisation, Region
from jifang.kernel import regions as region_codes
from jifang.kernel import uscc as uscc_codes
from jifang.kernel.errors import BadInputError, gettext_noop
from jifang.wire.locks import AdvisoryLock

Node = TypeVar("Node", Region, Organisation)

_TREE_LOCK = {Region: AdvisoryLock.REGION_TREE, Organisation: AdvisoryLock.ORGANISATION_TREE}
_LEVELS = {
    region_codes.Level.PROVINCE: Region.Level.PROVINCE,
    region_codes.Level.CITY: Region.Level.CITY,
    region_codes.Level.COUNTY: Region.Level.COUNTY,
    region_codes.Level.STATION: Region.Level.STATION,
}


def create_region(
    *,
    code: str,
    name: str,
    name_en: str = "",
    parent: Region | None,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> Region:
    """Add a region below ``parent`` (None: a root, for the system only). Its level follows from the code."""
    level = _LEVELS[region_codes.level_of(code, "code")]
    with acting(by=by, at=at, reason=reason):
        _lock_tree(Region)
        if parent is None:
            _system_only(by)
        else:
            parent = Region.objects.get(pk=parent.pk)
            check(queries.regions(by, rights.REGION_MANAGE), parent)
            _must_be_open(parent)
        if Region.objects.filter(code=code).exists():
            raise BadInputError(
                "code",
                code,
                gettext_noop("The region %(value)s exists already."),
                gettext_noop("Open the existing one."),
            )
        path = (parent.path if parent else "/") + f"{code}/"
        return Region.objects.create(
            code=code, name=_named(name), name_en=name_en.strip(), level=level, parent=parent, path=path
        )


def create_organisation(
    *,
    kind: str,
    name: str,
    region: Region,
    parent: Organisation | None = None,
    name_en: str = "",
    uscc: str = "",
    address: str = "",
    phone: str = "",
    by: Actor,
    at: datetime,
    reason: str = "",
) -> Organisation:
    """Add an organisation in ``region``, below ``parent`` when it belongs to another."""
    if kind not in Organisation.Kind.values:
        raise BadInputError(
            "kind",
            kind,
            gettext_noop("“%(value)s” is no kind of organisation."),
            gettext_noop("Give one of %(kinds)s."),
            kinds=", ".join(Organisation.Kind.values),
        )
    if uscc:
        uscc = uscc_codes.validate(uscc, "uscc")
    with acting(by=by, at=at, reason=reason):
        _lock_tree(Organisation)
        if not by.system:
            check(queries.regions(by, rights.ORGANISATION_MANAGE), region)
        _must_be_open(region)
        if parent is not None:
            parent = Organisation.objects.get(pk=parent.pk)
            check(queries.organisations(by, rights.ORGANISATION_MANAGE), parent)
            _must_be_open(parent)
        if uscc and Organisation.objects.filter(uscc=uscc).exists():
            raise BadInputError(
                "uscc",
                uscc,
                gettext_noop("An organisation with the code %(value)s exists already."),
                gettext_noop("Open the existing one, or correct the code."),
            )
        number = _next_id(Organisation)
        return Organisation.objects.create(
            id=number,
            kind=kind,
            name=_named(name),
            name_en=name_en.strip(),
            uscc=uscc,
            region=region,
            parent=parent,
            path=(parent.path if parent else "/") + f"{number}/",
            address=address.strip(),
            phone=phone.strip(),
        )


def rename(node: Node, *, name: str, name_en: str = "", by: Actor, at: datetime, reason: str = "") -> Node:
    """Give a region or an organisation another name."""
    with acting(by=by, at=at, reason=reason):
        _may_manage(node, by)
        node.name, node.name_en = _named(name), name_en.strip()
        node.save(update_fields=["name", "name_en"])
    return node


def edit_organisation(
    organisation: Organisation,
    *,
    uscc: str = "",
    address: str = "",
    phone: str = "",
    by: Actor,
    at: datetime,
    reason: str = "",
) -> Organisation:
    """Change code, address and telephone of an organisation."""
    if uscc:
        uscc = uscc_codes.validate(uscc, "uscc")
    with acting(by=by, at=at, reason=reason):
        _may_manage(organisation, by)
        organisation.uscc, organisation.address, organisation.phone = uscc, address.strip(), phone.strip()
        organisation.save(update_fields=["uscc", "address", "phone"])
    return organisation


def move(node: Node, *, parent: Node | None, by: Actor, at: datetime, reason: str) -> int:
    """Hang a subtree below another parent; every path in it is rewritten in one statement.

    Grants follow: who holds the old parent loses the subtree, who holds the new one gains it, which is why a
    reason is asked for. Returns how many rows moved.
    """
    model = type(node)
    with acting(by=by, at=at, reason=_reason(reason)):
        _lock_tree(model)
        node.refresh_from_db()
        _may_manage(node, by)
        if parent is None:
            if model is Region:
                _system_only(by)
        else:
            parent.refresh_from_db()
            _may_manage(parent, by)
            _must_be_open(parent)
            if parent.path.startswith(node.path):
                raise BadInputError(
                    "parent",
                    parent.name,
                    gettext_noop("%(value)s lies below what is to be moved."),
                    gettext_noop("Choose a parent outside of the subtree."),
                )
        own = node.path.rstrip("/").rsplit("/", 1)[1]
        old, new = node.path, (parent.path if parent else "/") + f"{own}/"
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {model._meta.db_table}"  # noqa: S608  (a table of ours)
                " SET path = %(new)s || substr(path, length(%(old)s) + 1),"
                " parent_id = CASE WHEN id = %(id)s THEN %(parent)s ELSE parent_id END"
                " WHERE path LIKE %(prefix)s",
                {
                    "new": new,
                    "old": old,
                    "id": node.pk,
                    "parent": parent.pk if parent else None,
                    "prefix": f"{old}%",
                },
            )
            moved = int(cursor.rowcount)
        node.refresh_from_db()
    return moved


def close(node: Node, *, by: Actor, at: datetime, reason: str) -> Node:
    """Close a region or an organisation: it stays in the history, nothing new may be hung below it."""
    with acting(by=by, at=at, reason=_reason(reason)):
        _lock_tree(type(node))
        node.refresh_from_db()
        _may_manage(node, by)
        _must_be_open(node)
        below = (
            type(node).objects.filter(path__startswith=node.path, closed_at__isnull=True).exclude(pk=node.pk)
        )
        if below.exists():
            raise BadInputError(
                "closed_at",
                node.name,
                gettext_noop("%(value)s has open parts below it."),
                gettext_noop("Close or move these first."),
            )
        if isinstance(node, Organisation) and node.accounts.filter(is_active=True).exists():
            raise BadInputError(
                "closed_at",
                node.name,
                gettext_noop("People of %(value)s can still sign in."),
                gettext_noop("Close or move their accounts first."),
            )
        node.closed_at = at
        node.save(update_fields=["closed_at"])
    return node


def _may_manage(node: Node, by: Actor) -> None:
    if isinstance(node, Region):
        check(queries.regions(by, rights.REGION_MANAGE), node)
    else:
        check(queries.organisations(by, rights.ORGANISATION_MANAGE), node)


def _must_be_open(node: Region | Organisation) -> None:
    if node.closed_at is not None:
        raise BadInputError(
            "parent",
            node.name,
            gettext_noop("%(value)s is closed."),
            gettext_noop("Choose one that is open."),
        )


def _system_only(by: Actor) -> None:
    if not by.system:
        raise BadInputError(
            "parent",
            "",
            gettext_noop("Only the installation itself has a region without a parent."),
            gettext_noop("Choose the region it belongs to."),
        )


def _named(name: str) -> str:
    if not name.strip():
        raise BadInputError("name", name, gettext_noop("The name is empty."), gettext_noop("Give a name."))
    return name.strip()


def _reason(reason: str) -> str:
    if not reason.strip():
        raise BadInputError(
            "reason", reason, gettext_noop("The reason is empty."), gettext_noop("Say why, in one sentence.")
        )
    return reason.strip()


def _lock_tree(model: type[Region] | type[Organisation]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TREE_LOCK[model]])


def _next_id(model: type[Organisation]) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [model._meta.db_table])
        return int(cursor.fetchone()[0])
