"""Events, one module for each part that reports them. Identifiers: 0xPPNN, PP the part, NN the event.

01 executive, 02 bus, 03 sampling, 04 comms and services, 05 fdir, 06 recorder,
07 services that act by themselves, 08 settings and supervision, 0C custody and what survives a restart.
"""
