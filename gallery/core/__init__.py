"""What knows nothing of galleries: database, time, money, permissions, files, jobs."""
