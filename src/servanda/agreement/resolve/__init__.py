"""Names to what they stand for: the tree as written becomes the agreement that every engine sees.

context.py      what the file declares, what is bound in an expression, where problems go
readings.py     choices between meanings
operands.py quantities.py tables.py amounts.py times.py groups.py places.py ranges.py    terms, by concept
conditions.py lines.py bearers.py shapes.py norms.py clauses.py    from sentences to norms
keycheck.py front.py terms.py    the blocks and their keys
precedence.py checks.py    norms against each other
aloud.py        a norm as one sentence
rewrite.py      one change everywhere in a tree
assemble.py     the whole file
"""
