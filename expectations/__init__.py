"""What each table promises. The bottom layer: it knows no Spark session."""
