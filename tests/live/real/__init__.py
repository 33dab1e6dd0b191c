"""Public notebooks run by Lookin and by nbclient, and compared cell by cell."""
