"""Which of many zones hold a point: an index that is built once, kept in a file and mapped into memory."""
