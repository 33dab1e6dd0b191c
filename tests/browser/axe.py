"""What a program finds wrong with a page (axe-core), and what is cut off on it."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.place import ROOT

AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LANGUAGES = {"en": "en-GB", "ko": "ko-KR"}
READY_MS = 40_000
# Each light and each language once; they do not act upon each other.
SCREENS = [("light", "en"), ("dark", "ko")]

needs_axe = pytest.mark.skipif(
    not AXE.is_file() and not os.environ.get("LOOKIN_CI"),
    reason="skipped: axe-core was not found (run npm ci in web/)",
)


def screen_of(light: str, language: str) -> dict[str, object]:
    """What a context is opened with so that axe-core can judge it."""
    return {
        "locale": LANGUAGES[language],
        "color_scheme": light,
        "reduced_motion": "reduce",  # or axe would measure a colour on its way
        "bypass_csp": True,  # our policy would keep axe-core out
    }


def problems_of(page: Page) -> list[str]:
    """What axe-core finds on this page: rule, element, what it says."""
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        """rules => axe.run(
             // pandas leaves the head of its index empty: that table is the person's, not ours
             { include: [["html"]], exclude: [[".outputs th:empty"]] },
             { runOnly: rules, resultTypes: ["violations"] }
           ).then(told => told.violations.flatMap(rule => rule.nodes.map(
             node => `${rule.id}: ${node.target} ${node.any.concat(node.all, node.none)
               .map(check => check.message)}`)))""",
        RULES,
    )
    return list(found)


class Walk:
    """A walk through pages of one context; `wrong` holds what was found, by place."""

    def __init__(self, context: BrowserContext) -> None:
        self.page = context.new_page()
        self.wrong: dict[str, list[str]] = {}

    def to(self, address: str, ready: str = "main") -> None:
        """Go there and look."""
        self.page.goto(address)
        expect(self.page.locator(ready).first).to_be_visible(timeout=READY_MS)
        self.look(address)

    def look(self, name: str) -> None:
        """Look at the page as it is now."""
        if found := problems_of(self.page):
            self.wrong[name] = found


CLIPPED = """() => {
  const scrolls = element => element && (/auto|scroll/.test(getComputedStyle(element).overflowX)
    || scrolls(element.parentElement));
  const isHidden = element => !element.checkVisibility({ visibilityProperty: true })
    || element.closest(".visually-hidden, .skip-link, .source-plain"); // see reach_every_source
  const texts = [...document.querySelectorAll("main *, header *")].filter(element =>
    [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim())
    && !isHidden(element));
  const outside = texts.filter(element => !scrolls(element)
    && element.getBoundingClientRect().right > innerWidth + 1);
  const cut = texts.filter(element => {
    const style = getComputedStyle(element);
    return style.overflowX === "hidden" && style.textOverflow !== "ellipsis"
      && element.scrollWidth > element.clientWidth + 1;
  });
  return [...outside, ...cut].map(element => element.outerHTML.slice(0, 120));
}"""
