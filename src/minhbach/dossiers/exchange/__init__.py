"""What passes between this one-stop shop and other systems: tables of their dossiers, figures, the national portal."""
