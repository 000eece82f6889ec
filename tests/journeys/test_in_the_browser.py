"""The first thing that people do: a version is created on the page, followed there, and its outcome read."""

import os
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.journeys.living import ADA, Life, living

pytestmark = pytest.mark.browser
PATIENCE = 10_000  # milliseconds


@pytest.fixture
async def page(life: Life) -> AsyncIterator[Page]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        opened = await browser.new_page(viewport={"width": 1280, "height": 900})
        opened.set_default_timeout(PATIENCE)
        await opened.goto(f"{life.address}/?user={ADA}&channel=C0SHOP00001")
        yield opened
        await browser.close()


@pytest.fixture
async def life() -> AsyncIterator[Life]:
    """In Socket Mode, as in the demo."""
    async with living(mode="socket", speed=5) as town, town.bot_running():
        await town.connected()
        yield town


async def _choose(page: Page, block_id: str, name: str) -> None:
    box = page.locator(f'[data-block-id="{block_id}"] [role="combobox"]')
    await box.click()
    await box.fill(name)
    await page.get_by_role("option", name=name).first.click()


async def test_a_version_is_created_on_the_page(page: Page) -> None:
    composer = page.get_by_test_id("composer")
    await composer.fill("/release create shop")
    await page.get_by_test_id("send").click()
    modal = page.get_by_test_id("modal")
    await expect(modal).to_contain_text("Environment", timeout=PATIENCE)
    await _choose(page, "environment", "staging")
    await expect(modal).to_contain_text("cart / cart", timeout=PATIENCE)
    await page.locator('[data-block-id="version_name"] input').fill("v13")
    await page.get_by_test_id("modal-submit").click()
    await expect(modal).to_contain_text("shop already has a version named", timeout=PATIENCE)
    await page.locator('[data-block-id="version_name"] input').fill("v14")
    await page.get_by_test_id("modal-submit").click()
    await expect(modal).to_contain_text("Zadig is creating", timeout=PATIENCE)
    await page.get_by_test_id("modal-close").first.click()
    messages = page.get_by_test_id("messages")
    await expect(messages).to_contain_text("images", timeout=PATIENCE)
    await expect(messages).to_contain_text("succeeded in", timeout=60_000)
    await expect(messages).to_contain_text("requested by @ada")
