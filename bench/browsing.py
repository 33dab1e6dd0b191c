"""Somebody signed in at a running place, and a Chromium with their cookies. Not for measuring."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from playwright.async_api import Browser as Chromium
from playwright.async_api import BrowserContext, async_playwright

from tests.browser.camera import chromium_path, quiet_arguments
from tests.browser.place import Place
from tests.live.browser_session import PASSWORD, Browser


async def somebody_at(place: Place) -> Browser:
    """A new person, signed in."""
    place.add_person("bench", PASSWORD)
    person = Browser(place.address)
    await asyncio.to_thread(person.sign_in, "bench")
    return person


@contextlib.asynccontextmanager
async def chromium() -> AsyncIterator[Chromium]:
    """A headless Chromium."""
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(
            executable_path=chromium_path(), args=quiet_arguments()
        )
        yield started
        await started.close()


async def profile_of(person: Browser, browser: Chromium, **looks: Any) -> BrowserContext:
    """A fresh profile in which `person` is signed in. `looks`: viewport, locale…"""
    context = await browser.new_context(**looks)
    await context.add_cookies(
        [
            {"name": cookie.name, "value": str(cookie.value), "url": person.address}
            for cookie in person.jar
        ]
    )
    return context
