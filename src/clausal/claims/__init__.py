"""The columnar path: a claim file in, a remittance out, with the same rules, tables and edits as for one case."""
