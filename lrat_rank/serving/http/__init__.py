"""The HTTP server: rerank dialects of other servers, search, documents, and what operators need."""
