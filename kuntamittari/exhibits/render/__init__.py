"""Exhibits as files: slides, documents, workbooks, pictures and machine-readable formats."""
