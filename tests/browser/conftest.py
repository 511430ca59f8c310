"""The page in headless Chromium; every test fails on a console message or a network request."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from matplotlib import get_data_path

from binodal.explorer.page import page as text_of_page
from tests.browser.waiting import wait_until

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


# Of a module, not of the session: while it lives, its event loop is in the way of other tests.
# A machine without a mathematics font: what a page shows there is what it brings along.
FEW_FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip(f"needs {' or '.join(BROWSERS)}")
    with playwright.sync_playwright() as engine:
        folder = tmp_path_factory.mktemp("fonts")
        config = FEW_FONTS.format(fonts=Path(get_data_path(), "fonts", "ttf"), cache=folder)
        (folder / "fonts.conf").write_text(config, "utf-8")
        running = engine.chromium.launch(
            executable_path=program,
            args=["--no-sandbox"],
            env={**os.environ, "FONTCONFIG_FILE": str(folder / "fonts.conf")},
        )
        yield running
        running.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path: Path = tmp_path_factory.mktemp("explorer") / "explorer.html"
    path.write_text(text_of_page(), "utf-8")
    return path.as_uri()


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Callable[..., Any]]:
    """Open the page with a hash, in a context with the given properties."""
    contexts, noise = [], []

    def opened(state: str = "", **properties: Any) -> Any:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, **properties)
        contexts.append(context)
        view = context.new_page()
        view.on("console", lambda message: noise.append(message.text))
        view.on("pageerror", lambda error: noise.append(str(error)))
        view.on("request", lambda request: _noted(request.url, address, noise))
        view.goto(address + state)
        wait_until(view, "Boolean(window.binodal && window.binodal.state().solution)")
        return view

    yield opened
    for context in contexts:
        context.close()
    assert noise == []


def _noted(url: str, address: str, noise: list[str]) -> None:
    if not url.startswith((address, "data:,", "data:font/woff2;")):
        noise.append(f"request: {url}")
