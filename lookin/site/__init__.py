"""Where the parts become one program: settings, addresses, processes and commands."""
