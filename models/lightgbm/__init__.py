"""The LightGBM ranker: boosted trees over declared features."""
