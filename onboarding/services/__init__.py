"""Doing: the only floor that writes. A service knows no web request and never commits; doors use committed()."""
