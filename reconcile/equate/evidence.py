"""The numbers that the judge of sums works with. Odds are natural logarithms.

They are judgements, checked on annotated tables and on layouts made at random; they are not fitted to any.
"""

from __future__ import annotations

from math import log

# How often one line of a sum that is meant holds a mistake. Published tables: 14 known breaks in 2 600 sums of the Treasury releases, and
# 354 rows of 41 precinct tables with some 30 000 rows.
SLIP = 0.015
# Of mistakes, the share that is one slip of the hand in one figure, other gaps spread evenly over their orders of size, and gaps of any kind.
EXPLAINED, UNEXPLAINED, ANYTHING = 0.8, 0.15, 0.05
# ... and a part that the total counts twice.
COUNTED_TWICE = 0.05
# Where more lines fail than these, and more than this share, what they have in common is no mistake.
FEW_FAIL, FAILING = 2, 0.1
# But a gap that is so many times as large as the usual one is. What may be as it is meant is worth a note at most.
FAR_OFF, DOUBTED = 10, 0.6
# ... and a relation that fails so often says nothing of the lines in which it does.
UNRELIABLE = 0.45

# What a mistake that comes as close, or that a slip explains, is worth beside another one.
CARELESS = log(12)

# So many times surer is a bare total whose gaps are a hundredth at most, and smaller than any part: no row that is left out explains them.
CLOSE = 50

# How often small rows are left out of a table, and not of its totals: below a total at the top, and above one at the bottom.
SMALL_ROWS_BELOW, SMALL_ROWS_ABOVE = 0.05, 0.004

# How often a row is missing or stands there twice, and how often a named total is one of more rows than are shown. A gap as large as the
# rows are is so much likelier then than any other, one that no row could leave so much less likely.
# Only a bare total is surely of all rows: so sure must it be beforehand.
MISSING, TWICE, ELSEWHERE = 0.006, 0.5, 0.001
ALL_ROWS = log(50)
MOST_LIKE_A_ROW, UNLIKE_A_ROW = 10.0, 0.1

# How often a line is none of the sum, by what it looks like.
# A share, a rate or a mean by its header or its label.
MEASURE = 0.8
# A total between the least and the largest of three or more parts of one sign, and one that is their mean.
BETWEEN, MEAN = 0.1, 0.97
# ... where it is the only column of amounts, and so by its word a sum.
BETWEEN_ALONE, MEAN_ALONE = 0.0005, 0.02
# More decimals than the lines that tie have: rates are told finer than amounts.
FINER = 0.7
# So many times likelier a line is left out whose parts add up to more than their total, in figures without a currency: people who are
# counted twice.
OVERLAP = 3.0
# A row without a name.
NAMELESS = 0.05
# The total is twenty times and more what the rows add up to: it is of more than these.
BEYOND, BEYOND_TIMES = 0.3, 20
# The parts are twice their total: they are counted twice, as rows and as the totals of these.
TWICE_COUNTED = 0.99
# The total is smaller than any part, and is the number of parts: rows are counted, not added.
COUNT = 0.9
# All figures are years.
YEARS = 0.95
# Any other line, before it is known how many lines tie: columns differ among themselves, rows do so seldom.
COLUMN, ROW = 0.001, 0.001
# A total that is not called one may be of more than its parts: so many times likelier.
UNNAMED = 5.0
# A column that is headed like one that ties, but for its year: so many times less likely.
ALIKE = 0.1
# The only column of amounts: whether it adds up is whether the table does.
ONLY = 0.000002

# The odds that a row called a total is the sum of some rows, by how it is called and which rows these are. A bare
# total (*Summa*) at the edge of a table with no other total can hardly be anything else, least of all over a single column.
BARE_ONLY, LONGER_ONLY, BARE_EDGE, BARE, LONGER = log(300_000), log(10_000), log(1_000), log(200), log(12)
SCHEMES = {
    "segment above": 0.0,
    "section above": -0.5,
    "all above": -0.5,
    "totals above": -0.6,
    "totals since": -0.55,
    "upper totals above": -1.0,
    "uncovered": -1.5,
    "sections": -0.5,
    "codes": 0.0,
    "running": -2.5,
    "segment below": -1.5,
    "all below": -2.0,
    "every row above": -3.0,
}
# The last two, three ... rows right above it.
LAST_ROWS = -2.5
# One of the parts is none of them after all: a memo line, or those outside.
MEMO = -2.0
# What each other total that holds by the same scheme is worth, at most so many.
SIBLING, SIBLINGS = log(30), 3
# A column in which other totals hold adds up: so many times less likely is it left out, for each.
HOLDS = 10.0
# The odds that a row which stands in a sum of sections is the sum of its own rows.
SECTION = log(200)
# ... and one that is numbered so that others stand below it: *1* above *1.1* and *1.2*.
CODES = log(500)
# The odds that what is called a difference is that of the two totals above it.
DIFFERENCE = log(100)

# What it is worth that another sum that fails asks for the same change of a figure that both hold.
AGREE = log(30)

# From these probabilities on a fault is an error, a warning, a note; below it is listed and not told.
ERROR, WARNING, NOTE = 0.99, 0.9, 0.5
# A row called a mean or a rate is the sum of others by chance only.
NO_SUM = -5.0
# A sum that arithmetic shows is sure enough for others to rest on it.
SHOWN = log(1_000)
# What needs no weighing.
CERTAIN = 20.0
# What is less likely is listed only where the relation is sure to be meant; nothing is kept below the second, whatever else agrees.
SURE, LEAST = 0.9, 0.02
