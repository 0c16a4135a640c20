"""The prison's terminal: paired once, joins by itself."""
