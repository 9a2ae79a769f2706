"""A real Chromium: the machine's own, installed with apt where the tests may do that, else Playwright's."""

import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Error, async_playwright

_MISSING = (
    "There is no Chromium for the tests of the desk. Install it (Debian: apt-get install chromium; "
    "elsewhere: .venv/bin/playwright install chromium), then run make test again."
)
# Nothing of the browser's own may go out: the tests know loopback alone.
_QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def find_chromium() -> str | None:
    """Return the machine's own Chromium, or None."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def install_chromium() -> None:
    """Install Chromium on a Debian whose root we are; elsewhere nothing happens."""
    if os.geteuid() == 0 and Path("/etc/debian_version").exists() and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "-q", "update"], ["apt-get", "-qy", "install", "chromium"]):
            subprocess.run(command, env=environment, check=False, stdout=subprocess.DEVNULL)


@asynccontextmanager
async def running_chromium() -> AsyncIterator[Browser]:
    """Lend a browser without a window; raises RuntimeError with what to install when there is none."""
    if find_chromium() is None:
        install_chromium()
    async with async_playwright() as playwright:
        try:
            browser = await playwright.chromium.launch(executable_path=find_chromium(), args=_QUIET)
        except Error:
            raise RuntimeError(_MISSING) from None
        yield browser
        await browser.close()
