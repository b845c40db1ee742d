"""Tables in and out: CSV and XLSX, read and written; imports and exports as jobs."""
