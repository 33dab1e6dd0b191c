"""The process that owns live notebooks: documents, logs, kernels. Needs no Django, no database."""
