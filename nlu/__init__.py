"""Everything of Rasa: training examples, own pipeline components, and the text normalisation shared with the bot."""
