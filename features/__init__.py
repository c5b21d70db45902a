"""Learning-to-rank features: declared, computed for candidates only, missing values explicit."""
