"""Agreements, a record and a question in; verdicts and what they rest on out.

question.py   what is asked
    answer.py     the answer, and how it is come by
world.py      agreement + record + question -> a world for each account
strata.py     norms that read the breaches of others come after them
fold.py       the findings of all accounts and readings -> one verdict each
missing.py    which facts a verdict wants
explain.py    one verdict in one screen
"""

from servanda.check.answer import Answer, check
from servanda.check.explain import explain
from servanda.check.question import EngineName, Question

__all__ = ["Answer", "EngineName", "Question", "check", "explain"]
