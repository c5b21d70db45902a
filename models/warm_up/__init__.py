"""Labels that a corpus alone gives: lists to warm a ranker up with where no agent left any."""
