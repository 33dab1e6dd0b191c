"""Starts the indexer, or a rebuild of all indexes, with the options of this installation."""

from __future__ import annotations

from logging.config import dictConfig

from django.conf import settings

from lookin.apps.search.indexer.process import IndexerOptions, serve_forever
from lookin.apps.search.indexer.pythonhelp import Kernels
from lookin.apps.search.indexer.rebuilding import rebuild_all
from lookin.site.places import make_runtime_dir


def serve() -> int:
    """Index until SIGTERM or SIGINT."""
    dictConfig(settings.LOGGING)
    make_runtime_dir(settings.RUNTIME_DIR)
    return serve_forever(_options())


def rebuild() -> int:
    """Make all indexes anew. Raises LookinError when another process goes on writing them."""
    make_runtime_dir(settings.RUNTIME_DIR)
    return rebuild_all(_options())


def _options() -> IndexerOptions:
    kernels = (
        Kernels(settings.KERNEL_PYTHON, settings.KERNEL_IMPORTS) if settings.SEARCH_PYTHON else None
    )
    return IndexerOptions(settings.HOME, settings.RUNTIME_DIR, kernels)
