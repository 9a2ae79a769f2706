"""Own components of the Rasa pipeline. They import nothing of the bot and keep no pickle in the model."""
