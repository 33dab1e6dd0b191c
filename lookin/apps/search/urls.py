"""The addresses of the search app."""

from __future__ import annotations

from django.urls import path

from lookin.apps.search import views

urlpatterns = [
    path("ajax/search", views.search, name="search"),
    path("ajax/search/chosen", views.note_chosen, name="search_chosen"),
    path("ajax/search/forget", views.forget_searches, name="search_forget"),
    path("ajax/calc", views.calculate, name="calculate"),
]
