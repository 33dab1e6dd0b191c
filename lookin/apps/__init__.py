"""Django apps, one per human concern. Each imports only the apps below it (see ARCHITECTURE.md)."""
