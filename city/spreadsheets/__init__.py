"""Tables of the configuration as spreadsheets: taken out, changed by a clerk, and read again.

A sheet has the columns of the pack's file of the same name, so that it can go into the pack and
come back. What is read is shown row by row first; nothing is written while anything is wrong.
"""
