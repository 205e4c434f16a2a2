"""django-helpdesk as a site of its own; runs in its own environment, knows nothing of ours."""
