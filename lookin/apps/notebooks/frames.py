"""The page inside every sandboxed output frame, and the policy that fences it.

Output with scripts runs here in an opaque origin: no cookies, no storage, no network, no forms, no
windows, no way to the page around it but messages. Not for still output: the page sanitises that.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

# `sandbox` holds also when the address is opened by itself, outside a frame of ours.
POLICY = "; ".join(
    [
        "sandbox allow-scripts",
        "default-src 'none'",
        # Plotting libraries write their programs into the output; some compile expressions.
        "script-src 'unsafe-inline' 'unsafe-eval'",
        "style-src 'unsafe-inline'",
        "img-src data: blob:",
        "font-src data:",
        "media-src data: blob:",
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
    response["Content-Security-Policy"] = POLICY
    response["Cache-Control"] = "public, max-age=3600"
    response["Referrer-Policy"] = "no-referrer"
    return response
