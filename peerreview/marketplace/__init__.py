"""Marketplace: what an organisation offers and looks for, who fits whom, wishes, and proposals to be partners."""
