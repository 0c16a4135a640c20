/* A packet's numbers as the continuation of what went out on a leg before: Leg.shift of routes.py. */

#include "rtp.h"

/* The bits of VP8's payload descriptor, RFC 7741 section 4.2. */
enum { EXTENDED = 0x80, HAS_PICTURE_ID = 0x80, HAS_TL0PICIDX = 0x40, WIDE = 0x80 };

/* Where the payload begins: after CSRCs and header extension. `size` if there is none. */
static int payload_offset(const uint8_t *packet, int size)
{
    int at = RTP_HEADER + 4 * (packet[0] & 0x0F);
    if (packet[0] & 0x10) {
        if (at + 4 > size)
            return size;
        at += 4 + 4 * read_16(packet + at + 2);
    }
    return at < size ? at : size;
}

/* shift_pictures() of wire/vp8.py. */
static void shift_pictures(const hop_leg *leg, uint8_t *packet, int size)
{
    int at = payload_offset(packet, size);
    if (at + 2 >= size || !(packet[at] & EXTENDED))
        return;
    uint8_t fields = packet[at + 1];
    at += 2;
    if (fields & HAS_PICTURE_ID && packet[at] & WIDE) {
        if (at + 2 > size)
            return;
        write_16(packet + at, (uint16_t)((read_16(packet + at) + leg->picture_offset) | 0x8000));
        at += 2;
    } else if (fields & HAS_PICTURE_ID) {
        packet[at] = (uint8_t)((packet[at] + leg->picture_offset) & 0x7F);
        at++;
    }
    if (fields & HAS_TL0PICIDX && at < size)
        packet[at] = (uint8_t)(packet[at] + leg->base_offset);
}

int leg_shift(const hop_leg *leg, uint8_t *packet, int size)
{
    const hop_route *route = leg->route;
    uint16_t seq = rtp_seq(packet);
    if (route == NULL)
        return 0;
    if (!is_newer(seq, leg->first) && route->received - leg->received_before < HOP_REORDERED)
        return 0;
    rtp_set_seq(packet, (uint16_t)(seq + leg->seq_offset));
    rtp_set_timestamp(packet, rtp_timestamp(packet) + leg->time_offset);
    if (leg->picture_offset || leg->base_offset)
        shift_pictures(leg, packet, size);
    return 1;
}
