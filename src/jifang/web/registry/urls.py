"""Addresses of the registry."""

from django.urls import URLPattern, URLResolver, include, path

from jifang.web.generic import routes
from jifang.web.registry import views
from jifang.web.registry.resources import RESOURCES

_own: list[URLPattern | URLResolver] = [
    path("registry/", views.start, name="start"),
    path("registry/changes/", views.changes, name="changes"),
    path("registry/plan/<int:pk>/picture/", views.picture, name="plan-picture"),
    path("registry/call-list/<int:pk>/order/", views.call_order, name="call-order"),
    *(route for resource in RESOURCES for route in routes.of(resource)),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("search/", views.search, name="search"),
    path("", include((_own, "registry"))),
]
