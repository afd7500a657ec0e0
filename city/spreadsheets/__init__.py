"""Tables of the configuration as spreadsheets: exported, edited by a clerk, and imported.

A sheet has the columns of the pack's file of the same name, so it can be copied into the pack and
back. A preview shows every row first; nothing is written while anything is wrong.
"""
