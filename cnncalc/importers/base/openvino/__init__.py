"""OpenVINO's networks: their XML, the constants that are needed of their `.bin`, their operators."""
