"""Rankers and the search tool inside other people's frameworks, one module a framework.

A module needs its framework alone, which the extra of the same name brings. What they share is
framework-free: `reranker` orders the texts a framework hands over, `searcher` asks the search tool,
`agent_tools` describes both to a model.
"""
