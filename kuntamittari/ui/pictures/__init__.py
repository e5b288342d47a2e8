"""The pictures of a group on the comparison page: dots on one axis, a ranking, or a funnel."""
