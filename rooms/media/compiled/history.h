/* The last packets of a route, decrypted and as they came, to be sent again from Python. */

#pragma once

#include "rtp.h"

struct hop_history {
    uint16_t sizes[HOP_HISTORY]; /* 0: nothing is here */
    uint8_t packets[HOP_HISTORY][HOP_MAX_PACKET];
};

static inline void history_keep(hop_history *history, const uint8_t *packet, int size)
{
    unsigned place = rtp_seq(packet) % HOP_HISTORY;
    history->sizes[place] = (uint16_t)size;
    memcpy(history->packets[place], packet, (size_t)size);
}
