// A command that is over at once.
