pytest_plugins = ["minhbach.org.testing"]
