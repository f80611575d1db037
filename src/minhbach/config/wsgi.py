"""What a web server runs."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minhbach.config.settings")
application = get_wsgi_application()

# What is loaded now stays for the life of the process. Left to the collector, it is walked again and again, and a
# request that meets such a walk waits a tenth of a second for it: the slowest twentieth of all requests.
get_resolver().url_patterns  # noqa: B018 - reads every room's addresses and with them its views
gc.collect()
gc.freeze()
