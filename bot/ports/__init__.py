"""What the services need from outside, as protocols. bot/adapters fulfils them."""
