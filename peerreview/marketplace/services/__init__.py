"""What changes the marketplace: offers written, published and taken back; what an organisation keeps and asks."""

__all__: list[str] = []
