"""Member organisations: who they are, where they work, how their list comes in and how one signs itself up."""
