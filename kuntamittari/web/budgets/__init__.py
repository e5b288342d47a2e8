"""What one reader, and what all of them together, may ask of the machine at once (docs/decisions/0034-budgets.md).

Nothing here loads a library: the service listens before what pages are made with is imported.
"""
