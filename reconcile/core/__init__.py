"""Values and the text they come from: amounts, words of languages, documents, places, findings, settings, limits."""
