-- purpose: the statuses of a figure, the firmest first (docs/methods.md 15); the same as in
--   kuntamittari/catalog/statuses.py.
-- grain: one list.
create macro statuses() as ['final', 'preliminary', 'approximate', 'forecast', 'budget', 'target'];
