"""What each norm means: values, and pure functions from facts to verdict. No syntax, no SQL, no input or output.

term.py         what a condition speaks of: attributes, amounts, times, places, groups
condition.py    what can be true, false or unknown of them
norm.py         the norms themselves, and the agreement that holds them
truth.py        three values (Kleene) as a pair: certainly, possibly
facts.py        what a condition is evaluated against; recorded.py  what is on record, and what that leaves out
scene.py        one occasion, and what terms stand for in it
evaluate.py     a condition and facts to a truth, with the facts that were missing
occasion.py     what a norm is evaluated for; bearers.py  who answers; bound.py  when they are bound
cuts.py         from when conditions may read otherwise; map_changes.py  because land is another's
spread.py       a condition read at an instant that is known only to lie somewhere
presence.py     how long an act was there, in pieces
prohibition.py  obligation.py  limit.py  judgement.py   the outcome of each shape
deadline.py     maintenance.py   of obligations; contribution.py  ceiling.py  stock.py  flow.py  single.py   of limits
finding.py      what every finding begins with; unengaged.py  unbound.py   parties of whom there is nothing to find
"""
