"""Each truth that must hold, asked of the rows alone: what does not hold is named."""
