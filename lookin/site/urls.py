"""The table of addresses: each app brings its own; what spans apps stands here."""

from __future__ import annotations

from django.urls import include, path

from lookin.apps.common import failures, pages

urlpatterns = [
    path("", pages.front_door, name="front_door"),
    path("language", pages.set_language, name="language"),
    path("", include("lookin.site.service")),
    path("", include("lookin.site.lessons")),
    path("", include("lookin.apps.accounts.urls")),
    path("", include("lookin.apps.workspaces.urls")),
    path("", include("lookin.apps.notebooks.urls")),
    path("", include("lookin.apps.kernels.urls")),
    path("", include("lookin.apps.uploads.urls")),
    path("", include("lookin.apps.search.urls")),
]

handler400 = failures.bad_request
handler403 = failures.forbidden
handler404 = failures.not_found
handler500 = failures.server_error
