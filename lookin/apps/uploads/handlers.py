"""Django's upload handler that streams one file into a workspace, hidden until it is whole."""

from __future__ import annotations

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from lookin.core.uploads.assembly import Arrived, Assembly

FIELD = "file1"


class WorkspaceUploadHandler(FileUploadHandler):
    """Takes the first file of the field `file1` and passes over every other.

    Whoever made it calls `discard` at the end, always: what is not finished by then is removed.
    """

    def __init__(self, request: HttpRequest, folder: int, *, limit: int) -> None:
        super().__init__(request)
        self._folder = folder
        self._limit = limit
        self._assembly: Assembly | None = None
        self._is_whole = False

    def new_file(self, *args: object, **kwargs: object) -> None:
        """A file begins. Raises LookinError (`bad_name`, `disk`)."""
        super().new_file(*args, **kwargs)  # type: ignore[arg-type]
        if self.field_name != FIELD or self._assembly is not None:
            raise SkipFile
        self._assembly = Assembly(self._folder, self.file_name or "", limit=self._limit)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """A chunk goes to disk. Raises LookinError (`too_large`, `disk`)."""
        assert self._assembly is not None
        self._assembly.write(raw_data)

    def file_complete(self, file_size: int) -> None:
        """The closing boundary was there: the file is whole. It is not in `request.FILES`."""
        self._is_whole = True

    def finish(self) -> Arrived | None:
        """Give the file its name; None when no whole file came. Raises LookinError."""
        if self._assembly is None or not self._is_whole:
            return None
        return self._assembly.finish()

    def discard(self) -> None:
        """Remove what did not become a file."""
        if self._assembly is not None:
            self._assembly.abandon()
