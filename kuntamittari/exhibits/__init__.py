"""Charts, tables and sentences, each defined once for pages, slides, documents and files."""
