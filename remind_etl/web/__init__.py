"""The SIS Sync pages: what a district administrator and an operator see in a browser.

Results come from what was published. Decisions go through the same functions as the commands. No page opens a
warehouse.
"""
