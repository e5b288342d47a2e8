"""The tests: `unit` (functions and queries), `app` (pages, servers, files, updates) and `browser` (a real Chromium)."""
