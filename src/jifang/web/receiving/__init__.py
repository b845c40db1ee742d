"""Pages of receiving: accounts, listeners, refusals."""
