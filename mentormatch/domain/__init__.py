"""The words of mentorship matching: frozen values, standard library only."""
