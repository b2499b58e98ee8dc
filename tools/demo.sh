#!/bin/sh
# Checks both drafts of December 2021 against the public record, as if they had been in force from two days.
# Usage: sh tools/demo.sh SERVANDA
#
# Servanda ends with 1 when something is breached and with 3 when something is open: both are answers, and the demo
# ends with 0. It ends otherwise only when the input is wrong or Servanda fails.
set -eu

servanda=$1
nato=library/2021-nato-russia/agreement.md
us=library/2021-us-russia/agreement.md
record=library/2021-security-record
# The drafts give no ranges. These are those of the INF Treaty of 1987, article II(5) and (6), both ends included.
ranges_least='Least Range=500 km'
ranges_greatest='Greatest Range=5500 km'

answer() {
    status=0
    "$servanda" "$@" || status=$?
    case $status in
        0 | 1 | 3) ;;
        *) echo "servanda $1 ended with status $status" >&2; exit "$status" ;;
    esac
}

check() {
    answer check "$nato" "$us" --record "$record" --set "$ranges_least" --set "$ranges_greatest" "$@"
}

mkdir -p out
# The page and the map take the second core while the tables are made on the first.
check --as-if-in-force 2021-12-17 --format html --output out/demo.html --map out/demo.svg &
page=$!
"$(dirname "$servanda")/python" tools/picture.py article-5 out/article-5.svg &
map=$!

echo "Neither draft was ever signed: each check supposes that both had entered into force on the day named."
echo "A verdict compares a record with a text. It is no finding that any State is responsible for anything."
echo
echo "=== 1. As if in force from 17 December 2021, the day on which the drafts were published"
echo
check --as-if-in-force 2021-12-17
echo
echo "=== 2. As if in force from 27 May 1997, the day that article 4 of the draft with NATO names"
echo
check --as-if-in-force 1997-05-27

wait "$page"
wait "$map"
echo
echo "The verdicts of the first table with their reasons, as a page:  out/demo.html"
echo "Article 5 on a map:                                             out/article-5.svg"
