"""Gallery Souvenir: consignment, stock, ledger, settlement, the till and the shop of a public gallery."""
