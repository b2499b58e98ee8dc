"""Maps of territories, zones and acts: on paper (SVG and PNG) and as a page.

names.py    what things are called on a map, in English, Vietnamese or Russian
acts.py     the acts of answers or of a record, with what the verdicts say of each
drawing.py  all that one map shows, and the map on paper
data.py     the same as data for a page, lines thinned out;  page.py  the page itself
png.py      pictures from SVG
"""
