"""Pages by declaration: one ``Resource`` gives list, detail, form, bulk edit, import, export and history."""
