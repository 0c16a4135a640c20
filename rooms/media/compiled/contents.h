/* What is read of a decrypted packet for a wall: wire/vp8.py and wire/levels.py again, and levels.py. */

#pragma once

#include "rtp.h"

/* Where the payload lies and how many bytes it has, without padding; 0 if there is none. */
int rtp_payload(const uint8_t *packet, int size, const uint8_t **payload);

/* Where the data of a header extension of one byte's header lie; NULL if the packet has none of this number. */
const uint8_t *rtp_extension(const uint8_t *packet, int size, unsigned number);
