"""First stages, rankers and the losses they are trained with."""
