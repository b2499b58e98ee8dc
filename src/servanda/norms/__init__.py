"""What each norm means: values, and pure functions from facts to verdict. No syntax, no SQL, no input or output.

term.py         what a condition speaks of: attributes, amounts, times, places, groups
condition.py    what can be true, false or unknown of them
norm.py         the norms themselves, and the agreement that holds them
truth.py        three values (Kleene) as a pair: certainly, possibly
facts.py        what a condition is evaluated against
evaluate.py     a condition and facts to a truth, with the facts that were missing
prohibition.py  obligation.py  limit.py  standard.py   the outcome of each shape
"""
