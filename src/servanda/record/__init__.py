"""Rows and texts from outside become acts; knows no agreement, so evidence is never shaped by the rule it is for.

refusal.py   what is refused, with file, row, column and reason
document.py  a YAML file as nodes that keep their places
columns.py   the canonical table of acts
amount.py  moment.py  place.py  cell.py   one value as written to canonical cells
row.py  hand.py  small.py   rows written by hand
sheet.py  instants.py       CSV and Parquet tables of acts, column by column
files.py  gather.py  load.py   files to a record
entries.py  ledger.py  record.py  digest.py   the record, its accounts and corrections
zones.py  values.py   the table as an engine wants it
source.py  article.py   a report enters the record
"""
