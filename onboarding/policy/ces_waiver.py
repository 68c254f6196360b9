"""TABLE: the services of the Arkansas CES waiver (Community and Employment Supports) and their levels.

A certified provider may set counties, services, service levels and the most members it serves (reference rules
section 3, CES provider manual of 2017). The names are recalled from that manual and partly read on the DDS page of
waiver services: check both lists against the manual in force before the plan goes live.
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
    "limited": "Limited",
    "extensive": "Extensive",
    "pervasive": "Pervasive",
}
