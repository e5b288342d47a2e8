"""The tools by which assistants ask for figures (Model Context Protocol), at /mcp and over standard input.

Importing this package imports nothing of the protocol: `door` loads the rest when it is first asked for.
"""
