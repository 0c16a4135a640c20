"""Lost minutes as staff see them: measured, confirmed, corrected."""
