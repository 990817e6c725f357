"""Command line: parse, call one command, print, choose the exit code."""
