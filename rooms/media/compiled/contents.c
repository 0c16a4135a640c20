#include "contents.h"

int rtp_payload(const uint8_t *packet, int size, const uint8_t **payload)
{
    int begin = RTP_HEADER + 4 * (packet[0] & 0x0F), end = size;
    if (packet[0] & 0x10) {
        if (begin + 4 > size)
            return 0;
        begin += 4 + 4 * read_16(packet + begin + 2);
    }
    if (begin >= size)
        return 0;
    if (packet[0] & 0x20)
        end -= packet[size - 1];
    *payload = packet + begin;
    return end > begin ? end - begin : 0;
}

const uint8_t *rtp_extension(const uint8_t *packet, int size, unsigned number)
{
    int at = RTP_HEADER + 4 * (packet[0] & 0x0F), end;
    if (size < RTP_HEADER || !(packet[0] & 0x10) || at + 4 > size || read_16(packet + at) != 0xBEDE)
        return NULL;
    end = at + 4 + 4 * read_16(packet + at + 2);
    at += 4;
    if (end > size)
        return NULL;
    while (at < end) {
        unsigned found = packet[at] >> 4;
        int length = (packet[at] & 0x0F) + 1;
        if (packet[at] == 0) { /* padding */
            at++;
            continue;
        }
        if (found == 15 || at + 1 + length > end) /* reserved: what follows is not for us */
            return NULL;
        if (found == number)
            return packet + at + 1;
        at += 1 + length;
    }
    return NULL;
}

/* Bytes of a payload descriptor (RFC 7741 section 4.2), which may be more than there are. */
static int descriptor_length(const uint8_t *payload, int size)
{
    int length = 2;
    if (!(payload[0] & 0x80))
        return 1;
    if (size < 3)
        return 2;
    if (payload[1] & 0x80)
        length += payload[2] & 0x80 ? 2 : 1;
    if (payload[1] & 0x40)
        length++;
    return length + (payload[1] & 0x30 ? 1 : 0);
}

int hop_begins_keyframe(const uint8_t *packet, uint32_t size)
{
    static const uint8_t start_code[] = {0x9d, 0x01, 0x2a};
    const uint8_t *payload = NULL;
    int length = rtp_payload(packet, (int)size, &payload), at;
    if (length == 0 || (payload[0] & 0x17) != 0x10)
        return 0;
    at = descriptor_length(payload, length);
    return length >= at + 10 && !(payload[at] & 0x01) && memcmp(payload + at + 3, start_code, sizeof start_code) == 0;
}

void hop_meter_take(hop_meter *meter, const uint8_t *packet, uint32_t size)
{
    static const double attack = 0.5, release = 0.1;
    const uint8_t *said = rtp_extension(packet, (int)size, HOP_AUDIO_LEVEL);
    double level;
    if (said == NULL)
        return;
    level = said[0] & 0x7F;
    meter->known = 1;
    meter->level += (level - meter->level) * (level < meter->level ? attack : release);
    if (meter->level < meter->loudest)
        meter->loudest = meter->level;
}
