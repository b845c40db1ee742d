"""The demo city of `jifang up --demo`: `load.load` writes it (needs Django), `logins.logins` reads who signs in."""
