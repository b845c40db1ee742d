"""The generic pages. Each function here makes the view of one resource; ``routes.of`` puts them together."""
