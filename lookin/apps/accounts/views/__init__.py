"""The pages of this app, one file per room: sign-in, first start, account, people."""
