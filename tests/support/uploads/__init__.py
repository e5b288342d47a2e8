"""Made-up countries, files and workspaces for the tests of uploads."""
