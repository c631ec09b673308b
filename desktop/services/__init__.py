"""What a person can do, one module a feature, without Qt."""
