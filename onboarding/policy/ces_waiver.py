"""TABLE: the services of the Arkansas CES waiver (Community and Employment Supports) and their levels.

Source: the CES waiver and its provider manual (reference rules section 3: a certified provider may set counties,
services, service levels and the most members it serves).
"""

SERVICES: dict[str, str] = {
    "supportive_living": "Supportive living",
    "respite": "Respite",
    "supported_employment": "Supported employment",
    "adaptive_equipment": "Adaptive equipment",
    "environmental_modifications": "Environmental modifications",
    "specialized_supplies": "Specialized medical supplies",
    "supplemental_support": "Supplemental support",
    "consultation": "Consultation",
    "crisis_intervention": "Crisis intervention",
    "community_transition": "Community transition services",
}

LEVELS: dict[str, str] = {
    "limited": "Limited: some supports each day",
    "extensive": "Extensive: supports through the day",
    "pervasive": "Pervasive: supports around the clock",
}
