"""How the web server runs; ``mentormatch serve`` reads this file and adds the address and the number of workers.

Every setting is explained in the manual of Gunicorn. Times are seconds, lengths bytes.
"""

from importlib import import_module
from pathlib import Path

wsgi_app = "mentormatch.wsgi:make()"

# Threads wait for the database together; more workers use more processors.
worker_class = "gthread"
threads = 4
workers = 2

# A worker that gives no sign of life for so long is replaced; whoever stops the server waits for requests that long.
timeout = 60
graceful_timeout = 8
keepalive = 5

# A worker is replaced after so many requests, not all of them at once.
max_requests = 10_000
max_requests_jitter = 1_000

# What no browser sends does not get through. Uploads are limited by the settings of the portal.
limit_request_line = 4_094
limit_request_fields = 64
limit_request_field_size = 8_190

# Whether a request came by https is for the portal to judge, which is told how many proxies to believe.
forwarded_allow_ips = ""
proxy_protocol = False
control_socket_disable = True

# Signs of life are written often; a disk would slow them down.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None

# One line for each request: when, who, what, answer, bytes, milliseconds. Queries and referring pages may hold secrets.
logger_class = "mentormatch.operating.access_log.AccessLogger"
accesslog = "-"
access_log_format = '%(t)s %(h)s "%(m)s %(U)s" %(s)s %(B)s %(M)sms'
errorlog = "-"
loglevel = "warning"


def on_starting(_server: object) -> None:
    """Load the code before there are workers, so that it is loaded once; they open their connections themselves."""
    import_module("mentormatch.portal.application")
    import_module("mentormatch.wsgi")
