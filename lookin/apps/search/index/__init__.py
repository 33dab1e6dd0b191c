"""The index of one workspace: what is in it, by word. Not for who may ask: see finding."""
