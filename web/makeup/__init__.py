"""The page by which a family takes the visit that is offered in the place of a lost one."""
