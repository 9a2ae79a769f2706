"""What fulfils the ports: Rasa over HTTP, content files, queues in tables, Telegram, the clock."""
