"""The parts of `benchmarks.sending`: one program for each sender, and the long line between two of them."""
