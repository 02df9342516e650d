"""The application: what starts it, its style sheet, and the terminal it runs on."""
