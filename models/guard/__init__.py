"""The guard: a ranker is believed as far as validation and the kind of its training lists go."""
