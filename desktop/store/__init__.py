"""What is kept in SQLite: conversations and the catalogue of files."""
