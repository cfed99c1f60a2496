"""Matching: which organisations review each other in a round. Pairs are found by exact maximum-weight matching under
hard rules, an odd one out joins a ring of three, and each group says in codes why it is proposed and who comes next.
"""
