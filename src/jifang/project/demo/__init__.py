"""The demo city of `jifang up --demo`: `load` writes it (needs Django), `logins` says who signs in."""
