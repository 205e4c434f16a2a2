"""Contact points: how customers reach the organisation, as it was last published place by place."""
