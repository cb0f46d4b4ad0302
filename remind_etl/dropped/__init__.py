"""The district's SFTP directory: what lies there, and whether it is a complete, settled drop."""
