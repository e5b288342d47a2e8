"""What a picture shows, read back from the file."""
