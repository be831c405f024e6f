"""Medicare's payment rules by column, one module each, with the manual section that it follows."""
