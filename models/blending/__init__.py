"""Two rankers' scores as one: how they are added, and how validation chooses the shares."""
