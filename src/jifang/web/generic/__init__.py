"""Pages by declaration: one ``Resource`` for a table gives list, detail, form, bulk, import, export, history."""
