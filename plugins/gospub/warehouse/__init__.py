"""The warehouse: connections, migrations, set-based SQL files, maintenance."""
