"""Uploads: files that people send, streamed into a workspace that they may change."""
