"""Settings, urls, the jifang command and its process entry points."""
