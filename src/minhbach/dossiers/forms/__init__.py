"""What is typed at the counter and at a desk."""
