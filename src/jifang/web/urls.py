"""The table of areas: each brings its own addresses."""

from django.urls import URLPattern, URLResolver, include, path

from jifang.web.areas import AREAS

urlpatterns: list[URLPattern | URLResolver] = [path("", include(f"jifang.web.{area}.urls")) for area in AREAS]
