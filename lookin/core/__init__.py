"""Plain Python: no Django, no HTTP, no database. Each part stands alone; all may use core.lib."""
