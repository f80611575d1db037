"""The server of the demonstration, begun in the process that has just drawn the demonstration's papers."""

from minhbach.config.tests.test_settings import run

DRAWN_BEFORE = """
import multiprocessing, sys
import granian
from minhbach.papers import Document, Paragraph, to_pdf
PAPER = Document("Giấy", blocks=(Paragraph("Một dòng"),))
to_pdf(PAPER)
class Server:
    def __init__(self, *args, **options): pass
    def serve(self):
        worker = multiprocessing.Process(target=to_pdf, args=(PAPER,), daemon=True)
        worker.start()
        worker.join(30)
        print("drawn" if worker.exitcode == 0 else "stuck")
granian.Granian = Server
import django; django.setup()
from minhbach.config import demo
demo._serve(1)
"""


def test_it_draws_pdfs():
    assert run(DRAWN_BEFORE, DJANGO_SETTINGS_MODULE="minhbach.config.settings").stdout.strip() == "drawn"
