"""The content policy in a real browser (SECURITY.md)."""

from playwright.sync_api import Browser

from kuntamittari.web.edge import DOCS
from tests.support.browser import Visit, window
from tests.support.server import Served

# in a browser
INTRUDER = """async () => {
  const refused = new Set(), wait = new Promise(resolve => setTimeout(resolve, 1500));
  addEventListener("securitypolicyviolation", event => refused.add(event.effectiveDirective));
  const put = (kind, more) => document.body.append(Object.assign(document.createElement(kind), more));
  put("script", {textContent: "window.taken = 1"});
  put("script", {src: "http://127.0.0.1:1/a.js"});
  put("p", {innerHTML: "<img src='/nope.png' onerror='window.taken = 2'>"});
  put("img", {src: "http://127.0.0.1:1/a.png"});
  put("iframe", {src: "http://127.0.0.1:1/"});
  put("object", {data: "http://127.0.0.1:1/a.swf"});
  put("base", {href: "http://127.0.0.1:1/"});
  const form = document.createElement("form"); form.action = "http://127.0.0.1:1/";
  document.body.append(form); form.submit();
  fetch("http://127.0.0.1:1/").catch(() => 0);
  try { new WebSocket("ws://127.0.0.1:1/"); } catch {}
  setTimeout("window.taken = 3");
  await wait;
  return [window.taken ?? null, [...refused].sort()];
}"""
REFUSED = [
    "base-uri",
    "connect-src",
    "form-action",
    "frame-src",
    "img-src",
    "object-src",
    "script-src",
    "script-src-attr",
    "script-src-elem",
]


def test_a_script_that_had_got_into_a_page_would_not_run_and_could_send_nothing_elsewhere(
    browser: Browser, dashboard: Served
) -> None:
    context = window(browser)
    reader = Visit(context, dashboard.address).go("/vertailu?kieli=en").settle()
    assert reader.troubles == []
    assert reader.page.evaluate(INTRUDER) == [None, REFUSED]
    context.close()


def test_the_documentation_is_drawn_and_asks_the_interface_under_its_policy(
    browser: Browser, dashboard: Served
) -> None:
    context = window(browser)
    reader = Visit(context, dashboard.address)
    reader.page.goto(dashboard.address + DOCS)
    reader.page.locator("#operations-default-municipalities_v1_municipalities_get .opblock-summary").click()
    reader.page.get_by_role("button", name="Try it out").click()
    reader.page.get_by_role("button", name="Execute").click()
    reader.page.locator(".live-responses-table .response-col_status", has_text="200").wait_for()
    assert reader.troubles == []
    context.close()
