"""Addresses of the API."""

from django.urls import path

from jifang.api.app import api
from jifang.api.docs import reference

urlpatterns = [
    path("api/v1/docs/", reference, name="api_reference"),
    path("api/v1/", api.urls),
]
