"""What happens on duty."""
