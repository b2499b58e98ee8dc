"""A beginner's agreement: a small file that lints clean, to be written over."""

from __future__ import annotations

import re

from servanda.agreement.layout import emit

_NAME = re.compile(r"[^a-z0-9]+")


def new_text(title: str = "Agreement on advance notice of exercises", parties: str = "France, Germany, Poland") -> str:
    """The text of a new agreement file with this title between these parties."""
    title = " ".join(title.split()) or "New agreement"
    short = _NAME.sub("-", title.lower()).strip("-")[:40].strip("-") or "new-agreement"
    return _TEXT.format(
        id=short, title=emit(title), heading=title.lstrip("#").strip() or "New agreement", parties=parties
    )


_TEXT = """\
---
agreement: {id}
title: {title}
status: draft
parties: {parties}
counting: {{days: calendar, first day: excluded, month end: clip, zone: UTC}}
---
# {heading}

## Article 1

A Party that holds an exercise with 9 000 persons or more notifies every other Party at least 42 days before it begins.

```norm
id: art1.notice
for each: exercise x, other party q
when: x.troops is at least 9 000 persons
requires: notification n
bearer: x.host
owed to: q
where:
  - n.about is x
  - n.to is q
due: n.received is at least 42 days before x.start
```

## Article 2

The agreement enters into force when every signatory has deposited its instrument. A Party may leave it six months
after giving notice.

```clause
entry into force: {{when: every signatory has deposited, effect: on that day}}
joining: {{when: it has deposited, effect: on that day}}
exit: {{when: it has given notice, effect: 6 months after that}}
```
"""
