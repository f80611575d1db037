from django.core.management.base import BaseCommand

from minhbach.dossiers.exchange import jobs


class Command(BaseCommand):
    help = "Work on a delivery of another system; the page that began it calls this."

    def add_arguments(self, parser) -> None:
        parser.add_argument("batch", type=int)

    def handle(self, *args, **options) -> None:
        jobs.work(options["batch"])
