"""What pages keep: saved views of lists, imports and exports with their results."""

from jifang.web.models.saved_view import SavedView
from jifang.web.models.transfer import ExportJob, ExportPart, ImportJob

__all__ = ["ExportJob", "ExportPart", "ImportJob", "SavedView"]
