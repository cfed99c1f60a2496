"""The visits of an exchange: when people can, which days are best, who goes, and the calendar everyone gets."""
