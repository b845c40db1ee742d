"""Where procrastinate looks for the tasks of the pages."""

from jifang.web.generic.tasks import clear_transfers, run_export, run_import

__all__ = ["clear_transfers", "run_export", "run_import"]
