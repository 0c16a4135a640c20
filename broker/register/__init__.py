"""The register of people in prison: import, API keys, changes."""
