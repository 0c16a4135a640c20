"""Fuzzing of everything that reads what strangers send: one set of targets and seeds for hypothesis and for atheris.

targets     what there is: a function of bytes each, which fails if what it reads can do harm
datagrams reports texts    STUN and RTP; RTCP; SDP and signalling
besieged    a node with a call in it
corpus/     seeds: packets and descriptions of browsers, the RFCs' vectors, the protocol's examples
__main__    `./run fuzz`
run process     a target under atheris, in a process of its own
"""
