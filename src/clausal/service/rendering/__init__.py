"""How pages look: templates, style, words and addresses; nothing from elsewhere, no script within them."""
