#include "history.h"

#include <stdlib.h>

/* Zeroed, and by the kernel: what no packet was written to takes no memory. */
hop_history *hop_history_new(void)
{
    return calloc(1, sizeof(hop_history));
}

void hop_history_free(hop_history *history)
{
    free(history);
}

uint32_t hop_history_at(hop_history *history, uint16_t seq, uint8_t **packet)
{
    unsigned place = seq % HOP_HISTORY;
    *packet = history->packets[place];
    return history->sizes[place];
}
