"""What happened to a file, for the apps above that keep rows about files (notebooks).

`file_moved(workspace, old, new)` and `file_removed(workspace, path)`; a path may be a folder's.
"""

from __future__ import annotations

from django.dispatch import Signal

file_moved = Signal()
file_removed = Signal()
