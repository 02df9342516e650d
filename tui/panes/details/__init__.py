"""What is known of the run under the cursor."""
