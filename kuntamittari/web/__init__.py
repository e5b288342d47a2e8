"""What surrounds the dashboard: edge middleware, static assets and the open-data interface."""
