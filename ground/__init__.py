"""The ground the project stands on: installs, starts, watches and stops everything, for people, tests and CI alike.

`python3 -m ground COMMAND` needs only a Python; it makes the virtual environment and goes on inside it.
"""
