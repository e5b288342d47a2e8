"""What a chart, table or sentence is, once, for pages, slides, documents and files."""
