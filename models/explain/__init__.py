"""Why a ranker gave a document its score: what it read, what counted, and how parts were added."""
