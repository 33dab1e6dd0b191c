"""Files that arrive: a safe name, a hidden file while they come, their own name once whole."""
