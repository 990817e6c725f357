"""Lists, consent and suppressions to an audience, with a reason for everyone left out."""
