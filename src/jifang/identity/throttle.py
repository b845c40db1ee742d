"""How often something may be tried, counted in one place for every process."""

from datetime import datetime

from django.db import connection

# One statement: the window begins anew when it is over, and nobody reads between counting and writing.
_COUNT = """
INSERT INTO identity_throttle AS t (key, window_start, count) VALUES (%(key)s, %(at)s, 1)
ON CONFLICT (key) DO UPDATE SET
    window_start = CASE WHEN t.window_start <= %(at)s - make_interval(secs => %(seconds)s)
                        THEN excluded.window_start ELSE t.window_start END,
    count = CASE WHEN t.window_start <= %(at)s - make_interval(secs => %(seconds)s)
                 THEN 1 ELSE t.count + 1 END
RETURNING count, extract(epoch FROM window_start + make_interval(secs => %(seconds)s) - %(at)s)
"""


def wait_for(key: str, *, limit: int, seconds: int, at: datetime) -> int:
    """Count one attempt under ``key``; return 0 when it is within ``limit`` in ``seconds``, else seconds to
    wait.

    Windows are fixed: at worst twice the limit passes across the border of two windows.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"key": key[:100], "at": at, "seconds": seconds})
        count, left = cursor.fetchone()
    return 0 if count <= limit else max(1, int(left) + 1)


def forget_old(*, at: datetime) -> int:
    """Delete windows older than a day; returns how many. For the daily job."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM identity_throttle WHERE window_start < %s - interval '1 day'", [at])
        return int(cursor.rowcount)
