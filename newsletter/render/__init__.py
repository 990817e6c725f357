"""Edition to rendered edition: Jinja2, MJML, premailer, slots, and the text part."""
