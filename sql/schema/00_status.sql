-- purpose: the statuses of a figure, the strongest first (docs/methods.md 15); a test compares them with
--   kuntamittari/catalog/statuses.py.
-- grain: one list.
create macro statuses() as
    ['final', 'preliminary', 'approximate', 'forecast', 'budget_amended', 'budget', 'plan', 'target'];
