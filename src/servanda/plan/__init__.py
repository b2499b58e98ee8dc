"""Agreement to relational plan: the one place that turns law into tables. It names no engine.

lower.py        a variant to one plan, a sqlglot tree
prohibition.py  obligation.py  maintenance.py  limit.py   one lowering a shape
scope.py        frames and scopes: the rows that a condition is read for, and what is joined to them
condition.py    a condition to two columns, certainly and possibly; quantifiers.py  doing.py  group.py  location.py
each.py         a test of any of several, gathered back by row
site.py         where an act was, and what geography is asked; landholding.py  bloc.py   whose land it is
operand.py      amount.py  instant.py  calendar.py   what conditions compare
occasion.py     what a norm is evaluated for; bearers.py  who answers; bound.py  when they are bound
trigger.py      deadline.py   of obligations
presence.py     how long an act was there; pieces.py  its time in pieces; islands.py  pieces that are alike
cuts.py         from when conditions may read otherwise
spread.py       conditions read at an instant that is known only to lie somewhere
stages.py       what is cheap to ask first
partners.py     the acts that rows are held against, by key; coverage.py  what the record claims to be complete about
passes.py       tree to tree, in order
truth.py        three values as a pair of booleans; sql.py  the expressions themselves
"""
