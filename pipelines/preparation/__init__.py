"""Preparation of raw texts as sharded datasets on disk."""
