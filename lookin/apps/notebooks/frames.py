"""The page inside every sandboxed output frame, and the policy that fences it.

Output with scripts runs here in an opaque origin: no cookies, no storage, no forms, no windows, no
way to the page around it but messages, and no network but the programs, styles and pictures of a
few hosts that the operator names. Not for still output: the page sanitises that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

_HOST = re.compile(r"(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?", re.IGNORECASE)


def is_output_host(text: str) -> bool:
    """Whether `text` is a host, or `*.` and a domain, as a policy may name it."""
    return _HOST.fullmatch(text) is not None and ".." not in text


def frame_policy(own: str, hosts: Iterable[str]) -> str:
    """The frame's policy. `own` is our origin, whose libraries it may load; `hosts` as configured.

    A host with `*.` gives pictures only, itself too: map tiles come from many names, programs from
    one.
    """
    named = [host for host in hosts if is_output_host(host)]
    programs = [f"https://{host}" for host in named if not host.startswith("*.")]
    pictures = [f"https://{host}" for host in named]
    pictures += [f"https://{host[2:]}" for host in named if host.startswith("*.")]
    ours = [f"{own}/static/assets/", f"{own}/frame/library/"]

    def sources(*words: str) -> str:
        return " ".join(words)

    return "; ".join(
        [
            # `sandbox` holds also when the address is opened by itself, outside a frame of ours.
            "sandbox allow-scripts",
            "default-src 'none'",
            # Plotting libraries write their programs into the output; some compile expressions.
            sources("script-src 'unsafe-inline' 'unsafe-eval' blob:", *ours, *programs),
            sources("style-src 'unsafe-inline' data:", *ours, *programs),
            sources("img-src data: blob:", *ours, *pictures),
            sources("font-src data:", *ours, *programs),
            "media-src data: blob:",
            "connect-src data: blob:",
            "worker-src blob:",
            "form-action 'none'",
            "base-uri 'none'",
            "frame-ancestors 'self'",
        ]
    )


@require_safe
@xframe_options_sameorigin
def show_output_frame(request: HttpRequest) -> HttpResponse:
    """The empty frame. It holds nothing of anybody, so it asks nobody to be signed in."""
    response = render(request, "notebooks/output_frame.html")
    own = f"{request.scheme}://{request.get_host()}"
    response["Content-Security-Policy"] = frame_policy(own, settings.OUTPUT_HOSTS)
    response["Cache-Control"] = "public, max-age=3600"
    response["Vary"] = "Host"
    response["Referrer-Policy"] = "no-referrer"
    return response
