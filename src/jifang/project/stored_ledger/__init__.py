"""Actions of `jifang ledger` that read the stored log."""
