"""newsletter.yaml + environment -> Config."""
