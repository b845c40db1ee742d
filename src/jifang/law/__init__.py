"""The law as data: packs of YAML, ten kinds of rules, three clocks.

A *pack* is a mapping of names to bytes (others read the files). A *rule* is one duty of one article, of one
of ten kinds whose logic stands in Python; everything that a lawyer must read stands in the pack. Rules are
evaluated on whole numpy columns; a single subject is a column of one row, so that live and sweep cannot
disagree. Three clocks are arguments of every evaluation: the day whose law is in force, the instant at which
the facts are asked for, the instant up to which they were known.

Absence of evidence is ``unknown``, never ``compliant``. Time has whole seconds here.
"""
