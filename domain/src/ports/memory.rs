//! Every port in memory, for unit tests. Index reads lag at random, as a real secondary index's do.
