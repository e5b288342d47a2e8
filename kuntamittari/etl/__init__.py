"""From the official interfaces to a data directory: fetch, restate to one division of municipalities, check,
publish."""
