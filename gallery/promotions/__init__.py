"""Discounts: vouchers that a shopper enters, and automatic ones that make goods 'on sale'."""
