"""The request and reply shapes of other rerank servers, one module a dialect."""
