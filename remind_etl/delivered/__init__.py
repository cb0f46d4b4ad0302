"""The plan applied to the platform in one transaction, with a receipt and the district's report."""
