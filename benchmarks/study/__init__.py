"""What the two studies share: collections, labels, folds, arms, trainers, results, statistics."""
