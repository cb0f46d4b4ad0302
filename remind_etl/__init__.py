"""From a district's files to provisioned accounts and rosters, in nine stages.

dropped      the files lie in the district's SFTP directory
landed       copied byte for byte, hashed, immutable
raw          one table a file, every column text, with its line
valid        typed and normalised; what is wrong is in `valid.problems`
decided      what people decided: school links, approvals
mapped       each SIS school tied to a platform school, or waiting
provisioned  the state the platform should have
planned      its difference from what was last delivered
delivered    that difference applied, with a receipt and a report
"""
