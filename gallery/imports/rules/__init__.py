"""What the files of old books may say, and what is wrong with them: pure, no database, no clock."""
