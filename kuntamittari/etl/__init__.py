"""From the official interfaces to a data directory: fetch, restate to one municipal division, check, publish."""
