"""Users, grants, API tokens, the organisations' people, audit trail, ledger."""
