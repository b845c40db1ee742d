"""Every write of the identity room: functions with ``by=`` and ``at=``, one transaction, audit and ledger
inside."""
