// Returns when the page last moved (window.__seen of watch.js), or false while something wanted is missing, something
// is still running, the page has not moved since the last key, or it moved less than `quiet` milliseconds ago.
([wanted, quiet]) => {
  const shown = (element) => element.checkVisibility() && element.getBoundingClientRect().width > 0;
  const here = wanted.every((selector) => [...document.querySelectorAll(selector)].some(shown));
  const busy = [
    '[data-test-script-state="running"]',
    '[data-test-connection-state="INITIAL"]',
    '[data-testid$="Skeleton"]',
    '[data-stale="true"]',
  ].some((selector) => document.querySelector(selector));
  const { moved, asked } = window.__seen;
  return here && !busy && moved > asked && performance.now() - moved > quiet ? moved : false;
}
