"""The guide in the product: the Markdown of docs/guide, in the reader's language."""
