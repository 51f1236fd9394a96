"""What people who bought a thing say of it, judged by a curator, answered once by its group."""
