"""What a shopper configures and sees: catalogue, configuration and pictures."""
