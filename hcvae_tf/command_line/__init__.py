"""What several commands share: flags, texts in and out, charts."""
