"""Live notebooks as data: the file format, the document, change sets, and the pure session.

No sockets, no files, no kernels: those live in apps/kernels.
"""
