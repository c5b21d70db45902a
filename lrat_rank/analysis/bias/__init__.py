"""Position bias: what logs say about whether agents browse by rank (see docs/bias.md)."""

from lrat_rank.analysis.bias.audit import AuditOptions, BiasAudit, BiasAuditor, audit_bias

__all__ = ["AuditOptions", "BiasAudit", "BiasAuditor", "audit_bias"]
