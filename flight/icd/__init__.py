"""Interface control: everything that crosses between flight, bench and ground, declared once."""
