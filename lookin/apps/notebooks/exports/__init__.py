"""A notebook in other forms, for people to take along: HTML and PDF.

Whatever is in a notebook may have been written to harm whoever opens the file. Scripts and prose,
which are only text, are core/documents' business.
"""
