"""The demonstration: Wuhua district, its cases, and a month that looks as if the system had been in use."""
