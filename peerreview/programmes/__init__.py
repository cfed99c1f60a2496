"""The programme of a visit: who talks with whom, when and where, about which norms, and what is not yet heard."""
