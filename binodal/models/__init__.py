"""One module a model: it is known to every command as soon as its file is here."""
