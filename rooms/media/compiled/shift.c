/* A packet's numbers as the continuation of what went out on a leg before: Leg.shift of routes.py. */

#include "rtp.h"

int leg_shift(const hop_leg *leg, uint8_t *packet)
{
    const hop_route *route = leg->route;
    uint16_t seq = rtp_seq(packet);
    if (route == NULL)
        return 0;
    if (!is_newer(seq, leg->first) && route->received - leg->received_before < HOP_REORDERED)
        return 0;
    rtp_set_seq(packet, (uint16_t)(seq + leg->seq_offset));
    rtp_set_timestamp(packet, rtp_timestamp(packet) + leg->time_offset);
    return 1;
}
