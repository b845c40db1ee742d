"""Every address of the product: each area of pages brings its own table."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("jifang.api.urls")),
    path("", include("jifang.web.urls")),
]
