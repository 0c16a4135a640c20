/* A packet's numbers as the continuation of what went out on a leg before: Leg.shift of routes.py. */

#include "rtp.h"

/* Where the payload begins: after CSRCs and header extension (RFC 3550 section 5.3.1). RTP_NONE if there is none. */
static int payload_offset(const uint8_t *packet, int size)
{
    int offset = RTP_HEADER + 4 * (packet[0] & 0x0F);
    if (packet[0] & 0x10) {
        if (offset + 4 > size)
            return RTP_NONE;
        offset += 4 + 4 * read_16(packet + offset + 2);
    }
    return offset < size ? offset : RTP_NONE;
}

/* A retransmission names its original's sequence number before the payload (RFC 4588 section 4). */
static void shift_original(const hop_leg *primary, uint8_t *packet, int size)
{
    int at = payload_offset(packet, size);
    if (at != RTP_NONE && at + 2 <= size)
        write_16(packet + at, (uint16_t)(read_16(packet + at) + primary->seq_offset));
}

int leg_shift(const hop_leg *leg, uint8_t *packet, int size)
{
    const hop_route *route = leg->route;
    uint16_t seq = rtp_seq(packet);
    if (route == NULL)
        return 0;
    if (!is_newer(seq, leg->first) && route->received - leg->received_before < HOP_REORDERED)
        return 0;
    if (leg->primary != NULL)
        shift_original(leg->primary, packet, size);
    rtp_set_seq(packet, (uint16_t)(seq + leg->seq_offset));
    /* It carries the original's timestamp, too. */
    uint32_t time_offset = leg->primary != NULL ? leg->primary->time_offset : leg->time_offset;
    rtp_set_timestamp(packet, rtp_timestamp(packet) + time_offset);
    return 1;
}
