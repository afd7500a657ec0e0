"""Test the containers from the build of the image to a restored backup: `./run containers`."""
