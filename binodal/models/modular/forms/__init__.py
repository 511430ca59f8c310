"""What is compiled of the model: derived expressions by name, with their arguments in order."""
