"""What happened to a file, for the apps above that keep rows about files (notebooks).

`file_moved(workspace, old, new)`, `file_removed(workspace, path, deleted)` and
`file_restored(workspace, path, deleted)`; a path may be a folder's, `deleted` is the id in the
trash.
"""

from __future__ import annotations

from django.dispatch import Signal

file_moved = Signal()
file_removed = Signal()
file_restored = Signal()
