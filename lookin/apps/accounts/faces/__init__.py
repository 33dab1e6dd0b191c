"""Face sign-in: the conversations with a camera, the kept templates, who may look where."""
