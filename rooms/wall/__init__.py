"""What a monitor's wall is given: small pictures, who speaks, and what is amiss, for every room that is on a wall.

interest    which rooms are on somebody's wall; written by web, read by nodes
meter       what is measured of one participant
meters      what the consoles read: meters, alerts, pictures
"""
