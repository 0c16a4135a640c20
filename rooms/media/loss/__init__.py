"""Lost packets of video: asked for by the relay where they never came to it, sent again by it where they came. Pure."""
