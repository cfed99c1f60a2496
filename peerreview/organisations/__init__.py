"""Member organisations: who they are, where they work, how the secretariat's list comes in and how one signs itself up."""
