"""The addresses of one resource's pages. Only what it declares gets one."""

from django.urls import URLPattern, path

from jifang.web.generic.resource import Resource
from jifang.web.generic.views import bulk, entries, lists, transfers


def of(resource: Resource, prefix: str = "") -> list[URLPattern]:
    """Return the routes of ``resource`` below ``prefix`` (``"registry/site/"``)."""
    base = prefix or f"{resource.namespace}/{resource.key}/"
    name = resource.key
    found = [
        path(base, lists.list_view(resource), name=f"{name}-list"),
        path(f"{base}suggest/", lists.suggest_view(resource), name=f"{name}-suggest"),
        path(f"{base}views/", lists.save_view_view(resource), name=f"{name}-views"),
        path(f"{base}views/<int:pk>/drop/", lists.drop_view_view(resource), name=f"{name}-view-drop"),
        path(f"{base}<int:pk>/", entries.detail_view(resource), name=f"{name}-detail"),
    ]
    if resource.history_right:
        found.append(path(f"{base}<int:pk>/history/", entries.history_view(resource), name=f"{name}-history"))
    if resource.may_export is not None:
        found += [
            path(f"{base}export/", transfers.export_view(resource), name=f"{name}-export"),
            path(f"{base}export/<int:pk>/", transfers.export_job_view(resource), name=f"{name}-export-job"),
            path(
                f"{base}export/<int:pk>/file/",
                transfers.export_file_view(resource),
                name=f"{name}-export-file",
            ),
        ]
    return found + _changing(resource, base)


def _changing(resource: Resource, base: str) -> list[URLPattern]:
    change, name = resource.change, resource.key
    if change is None:
        return []
    found = [
        path(f"{base}add/", entries.create_view(resource), name=f"{name}-add"),
        path(f"{base}<int:pk>/edit/", entries.update_view(resource), name=f"{name}-edit"),
    ]
    if change.acts:
        found.append(path(f"{base}<int:pk>/act/<slug:act>/", entries.act_view(resource), name=f"{name}-act"))
    if change.delete is not None:
        found.append(path(f"{base}<int:pk>/delete/", entries.delete_view(resource), name=f"{name}-delete"))
    if change.update_many is not None and change.bulk_fields:
        found.append(path(f"{base}bulk/", bulk.bulk_view(resource), name=f"{name}-bulk"))
    if change.create_rows is not None:
        found += [
            path(f"{base}import/", transfers.import_view(resource), name=f"{name}-import"),
            path(f"{base}import/template/", transfers.template_view(resource), name=f"{name}-template"),
            path(f"{base}import/<int:pk>/", transfers.import_job_view(resource), name=f"{name}-import-job"),
            path(
                f"{base}import/<int:pk>/act/", transfers.import_act_view(resource), name=f"{name}-import-act"
            ),
        ]
    return found
