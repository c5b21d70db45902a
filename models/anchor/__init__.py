"""The first stage's score as the offset that rankers learn a correction of."""
