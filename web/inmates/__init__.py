"""The register of people in prison in the browser."""
