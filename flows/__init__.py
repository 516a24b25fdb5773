"""What runs the core: settings, manifest, store, the Prefect flows and the command line."""
