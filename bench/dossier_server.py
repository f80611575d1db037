"""The product as a server runs it, and beside it two bare addresses that ask and write the least: the reference."""

from minhbach.config.wsgi import application as product


def application(environ, start_response):
    path = environ["PATH_INFO"]
    if not path.startswith("/bare/"):
        return product(environ, start_response)
    from django.db import connection

    with connection.cursor() as cursor:
        if path == "/bare/read":
            cursor.execute("SELECT 1")
        else:
            cursor.execute("INSERT INTO bench_bare (text) VALUES ('x')")
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    return [b"ok"]
