from django.core.management.base import BaseCommand

from minhbach.indices import jobs


class Command(BaseCommand):
    help = "Make the open data of a published round; publishing it calls this."

    def add_arguments(self, parser) -> None:
        parser.add_argument("publication", type=int)

    def handle(self, *args, **options) -> None:
        jobs.open_data_make(options["publication"])
