"""One module an area: who gets in where."""
