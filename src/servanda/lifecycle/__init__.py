"""Who is bound to what, when: computed from instruments by the treaty's own clauses and the Vienna Convention."""
