"""What every app may use: failures, guards, pages, sockets. Knows no app."""
