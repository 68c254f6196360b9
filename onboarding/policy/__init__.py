"""The written credentialing policy, as tables and questions. Standard library only; it knows no database and no web."""
