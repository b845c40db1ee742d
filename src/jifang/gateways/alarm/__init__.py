"""The alarm gateway: DC-09 in, durable signals out."""
