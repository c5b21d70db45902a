"""Stacking: other rankers' scores as columns of the boosted trees."""
