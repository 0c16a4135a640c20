"""Lost minutes made good: what each cause took of a visit, who may correct it, and the visit that is given instead."""
