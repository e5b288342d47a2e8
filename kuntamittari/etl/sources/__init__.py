"""One module an official interface: fetch its answers and tidy them into frames, independently of their later use."""
