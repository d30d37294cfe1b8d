"""A month on paper: as a spreadsheet and as an official document. Reads only; what they say comes from `Score`."""
