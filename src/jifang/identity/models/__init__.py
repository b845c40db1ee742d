"""Tables of the identity room, one file per noun."""

from jifang.identity.models.account import Account
from jifang.identity.models.grant import Grant
from jifang.identity.models.place import Organisation, Region

__all__ = ["Account", "Grant", "Organisation", "Region"]
