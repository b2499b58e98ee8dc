"""Verdicts to what people and programs read. Nothing is decided here.

times.py      days, instants and delays as printed
amounts.py    exact amounts in the unit that the norm's text uses
facts.py      facts that are missing or decide, like ones as one
sentences.py  outcomes, reasons and acts as one plain sentence, in English and Vietnamese
header.py     the assumptions that stand over every report
rows.py       a verdict as one flat row
export.py     rows as JSON lines, CSV and Parquet
folding.py    verdicts that say the same of many parties, as one entry
summary.py    verdicts as a newspaper would print them: a few rows a paragraph
brief.py      the sentence and the lines of such a row
details.py    the lines under a verdict, the same on every surface
console.py    the console that text is printed on
terminal.py   tables and explanations on a terminal
html.py       one page that needs nothing else
picture.py    the acts of an answer on a map
"""
